from __future__ import annotations
import pytest
from models import Role
from tests.browser.conftest import Visits
from tests.browser.test_payouts import terms
from tests.browser.visitor import Look
from tests.support.world import a_user
from tests.support.payouts import an_annotator_with, requested
pytestmark = pytest.mark.needs("chromium")
@pytest.mark.parametrize("width", [360, 390])
async def test_de(visits: Visits, width: int) -> None:
    await terms()
    who = await a_user(Role.ADMIN, Role.MODERATOR)
    v = await visits.by(Look(width=width, locale="de-DE"))
    await v.has_session(who)
    await v.goes("/review/payouts")
    await v.page.wait_for_load_state("networkidle")
    await v.page.screenshot(path=f"/tmp/shots/de-{width}.png")
    print("WIDTH", width, await v.page.evaluate("[document.documentElement.scrollWidth, innerWidth, ...[...document.querySelectorAll('nav:last-of-type a')].map(a=>a.scrollWidth+'/'+a.clientWidth+' '+a.textContent)]"))
    p = await visits.by(Look(width=width, locale="de-DE"))
    ann = await an_annotator_with(2_000_000)
    w = await requested(ann, 500_000)
    await p.has_session(ann)
    await p.goes("/earnings/withdraw")
    await p.page.wait_for_load_state("networkidle")
    await p.page.screenshot(path=f"/tmp/shots/de-w-{width}.png", full_page=True)
    print("WIDTH", await p.page.evaluate("[document.documentElement.scrollWidth, innerWidth]"))
