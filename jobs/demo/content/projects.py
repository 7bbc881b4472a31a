"""The demo's projects, of every kind and with fields of every kind."""

from jobs.demo.content import cafe, coins, departments, motorcycle, notices, outdoors, outlines, reviews, search, signals, subjects, writing
from jobs.demo.content.project import DemoProject

PROJECTS: tuple[DemoProject, ...] = (
    subjects.PROJECT,
    coins.BOXES,
    outlines.PROJECT,
    reviews.PROJECT,
    search.PROJECT,
    departments.PROJECT,
    writing.PROJECT,
    notices.PROJECT,
    motorcycle.PROJECT,
    cafe.PROJECT,
    coins.AREAS,
    signals.PROJECT,
    outdoors.STREET_SIGNS,
    outdoors.READING,
)
