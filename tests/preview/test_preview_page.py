"""The HTML preview in a real browser."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import measured
import pytest
from browser import browse, needs_browser
from previews import previewed, vm

import rtlint.preview.html
from rtlint.preview.html import render


@pytest.fixture(scope="module")
def page():
    node = {"host": measured.host("two-smt"), "cpuset": (1, 3, 5, 17, 8, 9, 24)}
    long = "d" * 300
    disks = {"disks": [{"name": "d", "disk": {"bus": "virtio"}}, {"name": long, "cdrom": {}}]}
    crowded = vm({"isolateEmulatorThread": False}, {}, disks, "b", ioThreadsPolicy="auto")
    crowded["spec"]["volumes"] = [{"name": "d", "containerDisk": {"image": "registry.example/d"}}]
    return render([previewed(**node), previewed(crowded, **node), previewed(vm(), "v0.58.0")])


class Outline(HTMLParser):
    """The tags in order; an end tag must match."""

    VOID = ("meta", "br")

    def __init__(self, page):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_loads_nothing(page):
    outline = Outline(page)
    assert outline.open == []
    tags = {tag for tag, _ in outline.seen}
    assert not tags & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"url\(|@import|https?:", page)
    assert "default-src 'none'" in page


def test_the_page_can_be_heard(page):
    seen = Outline(page).seen
    assert ("html", {"lang": "en"}) in seen
    levels = [int(tag[1]) for tag, _ in seen if re.fullmatch(r"h\d", tag)]
    # No heading is more than a level below the one before it.
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert all("scope" in attributes for tag, attributes in seen if tag == "th")
    assert sum(tag == "caption" for tag, _ in seen) == sum(tag == "table" for tag, _ in seen)
    ids = [attributes["id"] for _, attributes in seen if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_disk_and_interface_is_in_a_table(page):
    crowded = page.split('<section class="vm"')[2]
    io = crowded.split('<div class="io">')[1].split("</div>")[0]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', io)
    assert rows[0] == ("d", "virtio", "I/O thread 1")
    assert [row[0][:2] for row in rows] == ["d", "dd", "de"]


def test_every_cpu_of_the_host_is_drawn(page):
    first = page.split('<section class="vm"')[1]
    drawn = re.findall(r'<span class="id">(?:CPU )?(\d+)</span>', first)
    assert sorted(map(int, drawn)) == list(range(32))
    assert '<span class="id">CPU 1</span><span class="thread fifo">vCPU 0 FIFO 1</span>' in first


def luminance(colour):
    """Relative luminance (WCAG 2)."""
    digits = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


ON = [
    ("text", "back"), ("text", "box"), ("text", "yes-back"), ("text", "no-back"), ("text", "mark"),
    ("soft", "back"), ("soft", "box"), ("yes", "yes-back"), ("no", "no-back"), ("fifo", "back"),
    ("fifo", "fifo-back"),
]  # fmt: skip


def test_every_text_stands_out_in_light_dark_and_print():
    style = Path(rtlint.preview.html.__file__).with_name("page.css").read_text()
    themes = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    assert len(themes) == 3
    for theme in themes:
        colours = dict(re.findall(r"--([\w-]+): #(\w+);", theme))
        for text, back in ON:
            dim, bright = sorted(luminance(colours[name]) for name in (text, back))
            assert (bright + 0.05) / (dim + 0.05) >= 4.5, (text, back, theme)


@needs_browser
def test_dark_where_the_reader_wants_it(page, tmp_path):
    asking = "<script>document.title = getComputedStyle(document.body).backgroundColor</script>"
    scripted = re.sub(r"<meta http-equiv[^>]*>", "", page).replace("</body>", f"{asking}</body>")
    light = browse(scripted, tmp_path, "--dump-dom")
    dark = browse(scripted, tmp_path, "--force-dark-mode", "--dump-dom")
    assert "<title>rgb(255, 255, 255)</title>" in light
    assert "<title>rgb(20, 23, 27)</title>" in dark


@needs_browser
@pytest.mark.parametrize("width", [1400, 600])
def test_nothing_sticks_out(page, width, tmp_path):
    measuring = "<script>document.title = document.documentElement.scrollWidth</script></body>"
    scripted = re.sub(r"<meta http-equiv[^>]*>", "", page).replace("</body>", measuring)
    shown = browse(scripted, tmp_path, f"--window-size={width},900", "--dump-dom")
    assert int(re.search(r"<title>(\d+)</title>", shown)[1]) <= width


@needs_browser
def test_the_browser_keeps_it_as_it_is_and_paints_it(page, tmp_path):
    picture = tmp_path / "page.png"
    shown = browse(page, tmp_path, "--dump-dom")
    assert shown.count("Realtime: ") == 3
    browse(page, tmp_path, f"--screenshot={picture}", "--window-size=1300,1600")
    # A page without its style, or an error page, compresses to far less.
    assert picture.stat().st_size > 50_000
