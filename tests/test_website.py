"""The website's pages, and its playground in a real browser."""

import sys

import pytest
from conftest import ROOT

from benchmarks.playground import LOADED, browsing, missing, served

sys.path.insert(0, str(ROOT / "scripts"))
import make_site

HEAD, TAIL = (ROOT / "examples" / "realtime.yaml").read_text().split("host-passthrough")


def test_links_lead_to_pages_and_to_the_forge():
    pages = {"docs/a/b.md": "a/b.md", "OTHER.md": "project/other.md"}

    def moved(text):
        return make_site.moved(text, "docs/a/b.md", pages)

    assert moved("[x](../../OTHER.md#y)") == "[x](../project/other.md#y)"
    assert moved("[x](../../action.yml)") == f"[x]({make_site.FORGE}action.yml)"
    for kept in ("[x](#y)", "[x](https://rtlint.io)", "`[x](gone.md)`", "```\n[x](gone.md)\n```"):
        assert moved(kept) == kept
    with pytest.raises(ValueError, match="gone"):
        moved("[x](gone.md)")


def test_every_page_is_in_the_navigation():
    pages = make_site.places()
    configuration = (ROOT / "website" / "zensical.toml").read_text(encoding="utf-8")
    assert '"rules/RT101.md"' in make_site.navigation(configuration, pages)
    with pytest.raises(ValueError, match=r"zensical.toml: .* lacks new.md$"):
        make_site.navigation(configuration, {**pages, "docs/new.md": "new.md"})


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_the_playground_finds_fixes_and_previews():
    requests, errors = [], []
    with served() as address, browsing() as page:
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}playground/?rule=RT202")
        page.wait_for_selector(LOADED)
        assert "RT202" in page.inner_text("ul.findings")
        loaded = len(requests)

        page.click(".cm-content")
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(HEAD)
        page.keyboard.type("host-model")
        page.keyboard.insert_text(TAIL)
        finding = page.locator("ul.findings li", has_text="RT101")
        finding.wait_for()
        finding.get_by_role("button", name="Line").click()
        page.locator(".cm-lint-marker-error").wait_for()
        finding.get_by_role("button", name="Fix").click()
        page.get_by_text("No findings").wait_for()

        page.get_by_role("button", name="Preview").click()
        frame = page.frame_locator("iframe.preview")
        frame.get_by_text("vCPU 0").first.wait_for()
        assert "Realtime: yes" in frame.locator("main").inner_text()

    assert [url for url in requests[loaded:] if url.startswith("http")] == []
    assert {url.split("/")[2] for url in requests if url.startswith("http")} == {
        address.split("/")[2]
    }
    assert errors == []
