"""From a keystroke in the playground to its findings, in a real browser.

The website is served from this machine, and the browser has no other network.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from threading import Thread
from typing import TYPE_CHECKING, Any

from benchmarks import repository
from benchmarks.measure import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measure import Bench

SITE = Path(__file__).parent.parent / "build" / "site"
LOADED = "#rtlint[data-checked]"
# What a busy machine may take to load Python into a page, in milliseconds.
PATIENCE = 180_000
_INTERVAL = 330  # ms
_OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
# From the key's own time stamp to the findings' place in the page.
_WATCH = """\
window.waited = [];
let pressed = 0;
addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
new MutationObserver(() => waited.push(performance.now() - pressed))
  .observe(document.getElementById("rtlint"), { attributeFilter: ["data-checked"] });
"""


def missing() -> str | None:
    """What is not there to see the playground with, None where all is."""
    if not _chromium():
        return "needs chromium"
    if find_spec("playwright") is None:
        return "needs playwright: pip install -e '.[docs]'"
    if not (SITE / "playground" / "main.js").is_file():
        return "needs the website: `npm ci` in website/, and scripts/make_site.py"
    return None


@contextmanager
def served() -> Iterator[str]:
    """The website's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(SITE)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browsing() -> Iterator[Any]:
    """A playwright page of a browser that reaches nothing but this machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", _OFFLINE]
        browser = playwright.chromium.launch(executable_path=_chromium(), args=arguments)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()


def typing(bench: Bench) -> Table:
    """From a keystroke to the findings of a VM of 60 lines."""
    head = ("", "least", "median", "worst")
    title = "The playground, from a keystroke to the findings of a VM of 60 lines"
    absent = missing()
    if absent:
        return Table(title, head, [(absent, "", "", "")])
    texts = {"clean": repository.one_vm(), "broken": repository.broken_vm()}
    with served() as address, browsing() as page:
        page.goto(f"{address}playground/")
        page.wait_for_selector(LOADED)
        page.evaluate(_WATCH)
        rows = [(name, *_times(page, text, bench.runs or 30)) for name, text in texts.items()]
    return Table(title, head, rows)


def _times(page: Any, text: str, runs: int) -> tuple[str, ...]:
    page.click(".cm-content")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(f"# \n{text}")
    page.keyboard.press("Control+Home")
    page.keyboard.press("End")
    # Three keys a second. The first ones load what a warm page has, and meet the fixes of the text.
    for _ in range(5 + runs):
        page.wait_for_timeout(_INTERVAL)
        page.keyboard.press("x")
    page.wait_for_timeout(5 * _INTERVAL)
    waited = page.evaluate("waited.splice(0)")[-runs:]
    return tuple(f"{each:.0f} ms" for each in (min(waited), median(waited), max(waited)))


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("google-chrome")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""
