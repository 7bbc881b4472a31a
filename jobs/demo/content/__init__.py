"""What the demo's projects consist of: real photographs out of the installed packages, and texts written for it."""

from jobs.demo.content.project import DemoAudio, DemoExample, DemoImage, DemoItem, DemoProject, DemoText
from jobs.demo.content.projects import PROJECTS

__all__ = ["PROJECTS", "DemoAudio", "DemoExample", "DemoImage", "DemoItem", "DemoProject", "DemoText"]
