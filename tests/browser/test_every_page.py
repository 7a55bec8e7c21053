"""What holds for every page: strict CSP, no foreign host, no cookie, no barrier that a machine can find."""

from pathlib import Path

import pytest

from tests.browser.conftest import open_page, sign_in

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = [
    "/heute", "/programm", "/rundgang/von-den-quellen-bis-zum-schloss", "/mitwirkende/jorinde-beispiel",
    "/auftritt/gitarre-handy-abendlicht", "/spielort/dom", "/buehne/dom", "/buehne/quellen", "/mediathek",
    "/mein-programm", "/mein-programm?auswahl=1.2.3.4.5.6",
    "/impressum", "/datenschutz", "/barrierefreiheit", "/hausregeln", "/gibt-es-nicht",
    "/en/heute", "/en/programm", "/en/auftritt/gitarre-handy-abendlicht", "/en/buehne/dom", "/en/mediathek",
    "/en/datenschutz",
]  # fmt: skip
ASKING = ["/anmelden", "/hinterbuehne/"]
"""Pages that may set a cookie, because they ask who is there."""
SERIOUS = {"serious", "critical"}


async def visit(house, browser, path, **options):
    """An opened page with the hosts it asked and the complaints of its CSP."""
    page = await open_page(browser, "about:blank", **options)
    page.hosts, page.complaints = set(), []
    page.on("request", lambda request: page.hosts.add(request.url.split("/")[2] if "://" in request.url else ""))
    page.on("console", lambda line: page.complaints.append(line.text) if "Content Security" in line.text else None)
    page.answer = await page.goto(house.address + path)
    await page.wait_for_load_state("load")
    return page


@pytest.mark.parametrize("path", [*PUBLIC, *ASKING])
async def test_a_page_asks_only_us_sets_no_cookie_and_keeps_its_policy(house, browser, path):
    page = await visit(house, browser, path)
    policy = page.answer.headers["content-security-policy"]
    cookies = [cookie["name"] for cookie in await page.context.cookies()]
    assert page.hosts - {f"localhost:{house.port}", ""} == set()
    assert page.complaints == []
    scripts = await page.locator("script").count()
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert ("'nonce-" in policy) is (scripts > 0)
    assert cookies == [] or path in ASKING
    assert await page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


async def test_behind_the_doors_the_same_policy_and_only_the_named_cookies(house, browser):
    """The artist's link, backstage and consent, the office's sign-in, desk and form: one visitor goes through all."""
    page = await visit(house, browser, house.artist_path, permissions=["camera", "microphone"])
    policies = []
    page.on("response", lambda answer: policies.append(answer.headers.get("content-security-policy", "none")))
    await page.get_by_role("button", name="Weiter").click()
    await page.get_by_role("button", name="Kamera und Mikrofon einschalten").wait_for()
    await page.get_by_role("link", name="was bleiben darf").first.click()
    await page.locator('main a[href^="/hinterbuehne/einwilligung/"]').first.click()
    await page.get_by_role("button", name="Speichern").wait_for()
    await sign_in(page, house)
    await page.locator('a[href="/buero/aufzeichnungen"]').click()
    await page.get_by_role("heading", name="Alle Aufzeichnungen").wait_for()
    await page.go_back()
    await page.locator('a[href^="/buero/auftritt/"]').first.click()
    await page.locator("input[name=title]").wait_for()
    for duty in (
        "fristen",
        "gema",
        "gema/spalten",
        "gema/nutzung",
        "gagen",
        "gagen/neu",
        "stoerungen",
        "kopfzahlen",
        "ratsbericht",
    ):
        await page.goto(f"{house.address}/buero/{duty}")
        await page.get_by_role("navigation", name="Pflichten").wait_for()
    cookies = {cookie["name"] for cookie in await page.context.cookies()}
    assert page.hosts - {f"localhost:{house.port}", ""} == set()
    assert page.complaints == []
    assert cookies == {"kultour", "csrf", "known"}
    assert not any("unsafe" in policy for policy in policies)
    assert sum("default-src 'none'" in policy for policy in policies) > 5


@pytest.mark.parametrize("path", [*PUBLIC, *ASKING])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_barrier_that_a_machine_can_find(house, browser, path, scheme):
    page = await visit(house, browser, path, color_scheme=scheme)
    await page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text())
    found = await page.evaluate("axe.run().then((result) => result.violations)")
    assert {(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in SERIOUS} == set()


async def test_the_offices_plan_has_no_barrier_either_in_the_hand_and_on_a_phone(house, browser):
    page = await visit(house, browser, "/heute", viewport={"width": 1280, "height": 900})
    await sign_in(page, house)
    await page.goto(house.address + "/buero/plan")
    await page.locator(".slot-grip").first.press("Enter")
    found = []
    for width in (1280, 360):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text())
        found += await page.evaluate("axe.run().then((result) => result.violations)")
    await page.locator(".slot-form").first.click()
    await page.get_by_role("link", name="Aushang").click()
    await page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text())
    found += await page.evaluate("axe.run().then((result) => result.violations)")
    assert {(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in SERIOUS} == set()
    assert (page.complaints, await page.evaluate("document.documentElement.scrollWidth")) == ([], 360)


@pytest.mark.parametrize("path", PUBLIC)
async def test_nothing_is_wider_than_a_small_phone(house, browser, path):
    page = await visit(house, browser, path, viewport={"width": 360, "height": 740})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("path", ["/heute", "/programm", "/mitwirkende/jorinde-beispiel", "/mediathek"])
async def test_the_programme_reads_without_javascript(house, browser, path):
    page = await visit(house, browser, path, java_script_enabled=False)
    assert page.answer.status == 200
    assert len((await page.locator("main").inner_text()).split()) > 10
