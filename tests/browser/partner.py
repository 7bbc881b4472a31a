"""What a partner does at the console, with a mouse."""

from __future__ import annotations

from playwright.async_api import FilePayload, expect

from tests.browser.visitor import Visitor


async def begins_a_project(desk: Visitor, title: str, pattern: str) -> None:
    """From the list of projects to the form."""
    await desk.presses(desk.link("New project").first)
    await desk.field("Title").fill(title)
    await desk.presses(desk.page.locator("label").filter(has=desk.page.get_by_text(pattern, exact=True)))
    await desk.presses("Make the project")
    await desk.sees_heading("Form")


async def goes_to(desk: Visitor, page: str) -> None:
    """Another page of the project."""
    await desk.presses(desk.page.get_by_role("navigation", name="The project's pages").get_by_role("link", name=page))


async def adds_a_field(desk: Visitor, about: str, question: str) -> None:
    await desk.presses("Add a field")
    await desk.presses(desk.page.get_by_role("button").filter(has_text=about))
    await desk.field("Question").fill(question)


async def saves_the_form(desk: Visitor) -> None:
    await desk.presses("Save")
    await desk.is_told("Saved")


async def brings(desk: Visitor, files: list[FilePayload], told: str) -> None:
    """`told` is what was brought, such as "2 items"."""
    await goes_to(desk, "Import")
    await desk.page.get_by_label("Choose files").set_input_files(files)
    await desk.presses(f"Import {told}")
    await desk.sees_heading(f"{told} imported")
    await desk.follows("To the overview")


async def sets_aside(desk: Visitor, dollars: str) -> None:
    """All that is missing, which is so much."""
    await desk.presses("All that is missing")
    await expect(desk.field("Set aside, in dollars")).to_have_value(dollars)
    await desk.presses("Set aside")
    await desk.is_told(f"${dollars} set aside")


async def opens_it(desk: Visitor) -> None:
    await desk.presses("Open")
    await desk.sees(desk.button("Pause"))
