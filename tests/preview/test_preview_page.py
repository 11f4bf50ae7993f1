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
from rtlint.kubevirt.conversion.host import parse_host
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
    crowded = page.split('<article class="vm')[2]
    io = crowded.split('<div class="io">')[1].split("</div>")[0]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', io)
    assert rows[0] == ("d", "virtio", "I/O thread 1")
    assert [row[0][:2] for row in rows] == ["d", "dd", "de"]


def test_every_cpu_of_the_host_is_drawn(page):
    first = page.split('<article class="vm')[1]
    drawn = re.findall(r'<span class="id">(\d+)</span>', first)
    assert sorted(map(int, drawn)) == list(range(32))
    assert used(first)[1] == ("fifo", "vCPU 0<br>kvm-pit")
    assert used(first)[3][0] == "fifo"


def used(part):
    """Each CPU that is drawn, with its kind and what it is used for."""
    found = re.findall(
        r'<span class="cpu (\w+)[^"]*"><span class="id">(\d+)</span><span class="who">(.*?)</span>',
        part,
    )
    return {int(cpu): (kind, what) for kind, cpu, what in found}


def test_io_threads_that_share_a_cpu_are_named_together():
    own = {"disk": {"bus": "virtio"}, "dedicatedIOThread": True}
    disks = [{"name": f"d{i}", **own} for i in range(4)]
    cpu = {"cores": 2, "isolateEmulatorThread": False}
    shared = vm(cpu, devices={"disks": disks}, ioThreadsPolicy="auto")
    names = [{"name": disk["name"], "containerDisk": {"image": "i"}} for disk in disks]
    shared["spec"]["volumes"] = names
    page = render([previewed(shared)])
    assert [what for _, what in used(page).values()] == [
        "vCPU 0<br>I/O 2,4<br>kvm-pit",
        "vCPU 1<br>I/O 1,3,5",
    ]


def marked(part, number):
    """The CPUs and the rows that carry a concern's number."""
    carries = rf'[^"]* w{number}[ "][^>]*>'
    cpus = re.findall(rf'<span class="cpu{carries}<span class="id">(\d+)<', part)
    return sorted(map(int, cpus)), re.findall(
        rf'<tr class="{carries}<th scope="row">([^<]*)<', part
    )


TWO = {"host": measured.host("two-smt"), "cpuset": (1, 2, 4, 17, 18)}


def test_what_looks_wrong_is_amber_and_marks_what_it_is_about():
    page = render([previewed(vm({"threads": 1}), **TWO)])
    assert "<title>rt | Realtime: yes, but 1 thing looks wrong</title>" in page
    assert '<div class="answer but">' in page
    assert '<li class="w1"><b class="flag">1</b> vCPUs share a physical core: 0 and 1' in page
    assert marked(page, 1) == ([1, 2, 17, 18], ["vCPU 0", "vCPU 1", "vCPU 2", "vCPU 3"])


def test_siblings_that_the_guest_knows_look_right():
    page = render([previewed(vm({"cores": 2, "threads": 2}), **TWO)])
    assert '<div class="answer yes">' in page
    # Unless only one of them is realtime.
    mixed = vm({"cores": 2, "threads": 2, "realtime": {"mask": "1-3"}})
    assert marked(render([previewed(mixed, **TWO)]), 1)[1] == ["vCPU 0", "vCPU 1"]


def test_a_fact_and_a_cell_are_marked_too():
    page = render([previewed(vm(devices={"autoattachMemBalloon": None}))])
    assert '<dt>balloon</dt><dd><span class="wrong w1">yes: the host may take' in page
    pages = "".join(f"<pages unit='KiB' size='{size}'>1</pages>" for size in (4, 1048576))
    cpus = "".join(f"<cpu id='{cpu}'/>" for cpu in range(6))
    cell = f"<cell id='0'>{pages}<cpus>{cpus}</cpus></cell>"
    topology = f"<topology><cells>{cell}</cells></topology>"
    host = parse_host(f"<capabilities><host>{topology}</host></capabilities>")
    assert '<div class="cell wrong w1" role="group"' in render([previewed(host=host)])


@pytest.mark.parametrize(
    ("cpu", "would"),
    [
        ({}, False),
        ({"numa": None}, True),
        # The guest runs then, and is not realtime.
        ({"realtime": {"mask": "x"}}, False),
    ],
)
def test_of_a_vm_that_does_not_start_the_page_says_what_would_be(cpu, would):
    page = render([previewed(vm(cpu))])
    assert ('<article class="vm would"' in page) == would
    assert ("Where everything would run" in page) == would
    assert ("Where everything runs" in page) != would


def test_what_the_vm_does_not_touch_folds_into_a_line():
    page = render([previewed(**TWO)])
    assert re.findall("<summary>(.*?): nothing of this VM on (.*?)</summary>", page) == [
        ("Socket 1, NUMA cell 1", "CPUs 8-15,24-31")
    ]
    cells = "".join(
        f"<cell id='{cell}'><cpus>"
        + "".join(f"<cpu id='{cell * 8 + i}' socket_id='0' siblings=''/>" for i in range(8))
        + "</cpus></cell>"
        for cell in range(4)
    )
    topology = f"<topology><cells>{cells}</cells></topology>"
    host = parse_host(f"<capabilities><host>{topology}</host></capabilities>")
    page = render([previewed(host=host, reserved=(31,))])
    assert "Socket 1" not in page
    assert re.findall("<summary>(.*?): nothing of this VM on (.*?)</summary>", page) == [
        ("NUMA cells 1-3", "CPUs 8-31, of which 31 is reserved")
    ]


def test_threads_that_are_not_pinned_share_a_row():
    page = render([previewed(vm({"dedicatedCpuPlacement": False}))])
    assert re.findall(r'<th scope="row">(vCPU[^<]*)</th><td>([^<]*)', page) == [
        ("vCPUs 0-3", "0 (not pinned)")
    ]


def test_the_xml_is_folded_and_what_decides_is_marked():
    page = render([previewed()])
    folded = page.split("<details>")[1]
    lines = [line.strip() for line in re.findall("<mark>(.*?)</mark>", folded)]
    assert "&lt;pmu state=&quot;off&quot; /&gt;" in lines
    assert "&lt;memballoon model=&quot;none&quot; /&gt;" in lines
    assert not any("vcpupin" in line for line in lines)


def test_several_vms_begin_with_a_table():
    vms = [
        previewed(),
        previewed(vm({"realtime": {"mask": "0-9"}}, name="b")),
        previewed(vm({"realtime": {"mask": "x"}}, name="b")),
    ]
    page = render(vms)
    title = "3 VMs: 1 realtime, 1 realtime with something wrong, 1 not realtime"
    assert f"<title>{title}</title>" in page
    assert f"<h1>{title}</h1>" in page
    rows = re.findall(r'<tr><td><span class="chip (\w+)">(.*?)</span></td>(.*?)</tr>', page)
    assert [row[:2] for row in rows] == [("yes", "yes"), ("but", "yes, but"), ("no", "no")]
    assert '<a href="#vm-2">b (vm.yaml)</a>' in rows[1][2]
    assert "The mask names vCPUs 4-9, and the VM has 4 (0-3)." in rows[1][2]
    assert page.count("<article") == 3
    alone = render(vms, in_full=False)
    assert "<article" not in alone
    assert "#vm-" not in alone
    assert alone.count('<span class="chip') == 3


@needs_browser
def test_a_box_and_its_row_light_up_together(tmp_path):
    page = render([previewed(**TWO)]).replace(":hover", ".pointed")
    asking = """<script>
    const box = document.querySelector('.cpu.t2'), row = document.querySelector('tr.t2');
    const lit = each => getComputedStyle(each).outlineStyle;
    const before = lit(row);
    box.classList.add('pointed');
    document.title = [before, lit(row), lit(document.querySelector('tr.t1'))].join();
    </script></body>"""
    scripted = re.sub(r"<meta http-equiv[^>]*>", "", page).replace("</body>", asking)
    assert "<title>none,solid,none</title>" in browse(scripted, tmp_path, "--dump-dom")


def luminance(colour):
    """Relative luminance (WCAG 2)."""
    digits = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


ON = [
    ("text", "back"), ("text", "box"), ("text", "yes-back"), ("text", "no-back"), ("text", "mark"),
    ("text", "but-back"), ("soft", "back"), ("soft", "box"), ("soft", "fifo-back"),
    ("soft", "helper-back"), ("soft", "but-back"), ("yes", "yes-back"), ("but", "but-back"),
    ("no", "no-back"), ("fifo", "back"), ("fifo", "fifo-back"), ("fifo", "but-back"),
    ("helper", "helper-back"), ("helper", "but-back"), ("flag", "but-edge"),
]  # fmt: skip


def test_every_text_stands_out_in_light_dark_and_print():
    style = Path(rtlint.preview.html.__file__).with_name("page").joinpath("page.css").read_text()
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
    assert shown.count('<p class="word">Realtime: ') == 3
    browse(page, tmp_path, f"--screenshot={picture}", "--window-size=1300,1600")
    # A page without its style, or an error page, compresses to far less.
    assert picture.stat().st_size > 50_000
