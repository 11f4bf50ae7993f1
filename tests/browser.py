"""A real browser, for the tests of what it makes of a page."""

import shutil
import subprocess

import pytest

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
needs_browser = pytest.mark.skipif(not BROWSER, reason="needs chromium")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip


def browse(page, folder, *options):
    """The browser's standard output."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    profile = folder / "profile"
    command = [BROWSER, *QUIET, f"--user-data-dir={profile}", *options, file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout
