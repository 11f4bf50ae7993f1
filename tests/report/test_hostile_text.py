"""Hostile text in every place of a manifest that reaches an output, judged by readers of these."""

import json
import os
import re
import threading
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer

import jsonschema
import pytest
from browser import browse, needs_browser
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.kinds import GROUPS
from rtlint.kubevirt.releases import NEWEST
from rtlint.kubevirt.workload import workload
from rtlint.lint.linted import Linted
from rtlint.lint.run import lint_bytes
from rtlint.lint.settings import Settings
from rtlint.lsp.checked import check
from rtlint.lsp.cursor import cursor_at
from rtlint.lsp.diagnostics import diagnostics
from rtlint.lsp.hover import hover
from rtlint.preview import html, text, xml
from rtlint.preview.model import Node, Previewed, previewed
from rtlint.report import github, gitlab, junit, sarif
from rtlint.report import json as json_report
from rtlint.report import text as text_report
from rtlint.report.model import Report
from rtlint.visible import as_code, visible
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source, Unreadable

# What runs where it becomes markup: it marks the page, asks the server and opens a dialog.
RUN = "document.documentElement.setAttribute('owned', 1); fetch('URL/script'); alert(1)"
TEXTS = [
    f"<script>{RUN}</script>",
    f"</code></pre></style></title><script>{RUN}</script>",
    f'<img src=x onerror="{RUN}">',
    f'"><svg/onload={RUN.replace(" ", "")}>',
    f"' autofocus onfocus='{RUN}",
    "<img src=URL/image><link rel=stylesheet href=URL/style><iframe src=URL/frame></iframe>",
    "<meta http-equiv=refresh content='0;url=URL/refresh'><base href=URL/>",
    "<style>@import 'URL/import'; body {background: url(URL/back)}</style>",
    "-->]]></failure></testcase><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;&lt;",
    "&amp;&#60;script&#62;&quot;&nbsp;",
    "x\n::error::forged\r\n::add-mask::y%0A::stop-commands::z##[add-mask]w,file=x::",
    "::set-output name=a::b",
    "%0A::error file=a,line=1::forged%0D%25",
    "\x1b[2J\x1b]0;owned\x07\x1b]8;;https://example.org\x07\x9b31m\x00\x08\r",
    "a\u202eb\u2066c\u200bd\ufeffe\u2028f\u2029g\x85h\U000e0041i",
    "[click](command:x.y?%5B%5D) [a](javascript:alert(1)) ![i](URL/image) <https://example.org>",
    "``` ``[x](command:y)`` `**_~~`\n\n# heading\n\n- [ref]\n\n[ref]: javascript:alert(1)",
    "https://example.org www.example.org a@example.org {0} {x} %s $(id) `id`",
    "😀👩‍👩‍👧 実時間 \u0301\u0301",
    "\ufffe\uffff\x01\x7f",
    "x" * 5000,
    "' \" \\ / : , # - ? { [ | > % @ ! * &",
    "",
    " ",
]
LONE = ['"\\ud800"', '"a\\udfffb"', '"\\ud83d\\ude00"']

ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f]"
)


def manifest(hostile, quoted=None):
    """Objects with a text in every place; `quoted` is how YAML has it."""
    it = quoted or json.dumps(hostile)
    # A comment is of one line, and YAML has no escapes in it.
    comment = re.sub(r"[^\x20-\x7e\xa1-\ud7ff\U00010000-\U0010ffff]", "", hostile)[:200]
    key = it if len(it) < 900 else '"x"'
    meta = f"{{name: {it}, namespace: {it}, labels: {{{key}: {it}}}, annotations: {{{key}: {it}}}}}"
    devices = (
        f"{{disks: [{{name: {it}, disk: {{bus: {it}, pciAddress: {it}}}}}], interfaces: [{{name: "
        f"{it}, model: {it}, macAddress: {it}, pciAddress: {it}, bridge: {{}}}}]}}"
    )
    spec = (
        f"nodeSelector: {{{key}: {it}}}, volumes: [{{name: {it}, containerDisk: {{image: {it}}}}}],"
        f" networks: [{{name: {it}, multus: {{networkName: {it}}}}}]"
    )
    return f"""\
# {comment}
# rtlint: ignore-file RT999 {comment}
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {meta}
spec:
  runStrategy: {it}
  instancetype: {{kind: VirtualMachineInstancetype, name: {it}}}
  preference: {{name: {it}}}
  template:
    metadata: {{annotations: {{{key}: {it}}}}}
    spec: {{{key}: 1, {spec}, domain: {{devices: {devices}, machine: {{type: {it}}}, cpu: {{
      cores: 2, model: {it}, realtime: {{mask: {it}}}, features: [{{name: {it}}}]}}}}}}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {meta}
spec:
  nodeSelector: {{{key}: {it}}}
  volumes: [{{name: d, containerDisk: {{image: {it}}}}}]
  domain:
    devices: {{disks: [{{name: d, serial: {it}, disk: {{bus: virtio}}}}]}}
    firmware: {{serial: {it}}}
    cpu:  # rtlint: ignore {comment}
      cores: 2
      model: {it}  # {comment}
      dedicatedCpuPlacement: true
      realtime: {{mask: "0"}}
---
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachineInstancetype
metadata: {meta}
spec: {{cpu: {{guest: 2, model: {it}, realtime: {{mask: {it}}}}}, memory: {{guest: {it}}}}}
---
apiVersion: kubevirt.io/v1
kind: {it}
metadata: {meta}
spec: {{}}
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A file for each text, which is its name, too, as far as file systems have such names."""
    folder = tmp_path_factory.mktemp("tree")
    for number, hostile in enumerate(TEXTS):
        # As long as a name may be; cut anywhere, it is no UTF-8.
        name = hostile.replace("\0", "").replace("/", "\u2215").encode()[:150]
        (folder / f"{number}{os.fsdecode(name)}.yaml").write_text(manifest(hostile))
    for number, quoted in enumerate(LONE):
        (folder / f"lone{number}.yaml").write_text(manifest("", quoted))
    for name in (b"::error::x.yaml", b"##[error]x.yaml", b"\xff\xfe.yaml", b"<b>.yaml"):
        (folder / os.fsdecode(name)).write_text(manifest(TEXTS[0]))
    return folder


@pytest.fixture
def run(rtlint, tree):
    """What a command says of the tree: bytes that are UTF-8, which nothing else writes."""

    def output(*args):
        done = rtlint(*args, ".", cwd=tree)
        assert done.returncode in (0, 1), done.err
        done.stderr.decode()
        assert not ACTIVE.search(done.err)
        return done.stdout.decode()

    return output


# Judges.


def judge_terminal(shown):
    assert not (found := ACTIVE.search(shown)), found
    assert not re.search(r"^\s*::", shown, re.MULTILINE)
    assert "##[" not in shown


def judge_json(shown, schema=None):
    assert not ACTIVE.search(shown)
    data = json.loads(shown)
    if schema:
        jsonschema.Draft202012Validator(json.loads(schema.read_text())).validate(data)
    return data


def judge_sarif(shown):
    made = judge_json(shown, ROOT / "tests" / "formats" / "sarif.schema.json")
    for result in made["runs"][0]["results"]:
        related = [each["message"] for each in result.get("relatedLocations", ())]
        for message in (result["message"], *related):
            plain = message["text"].replace("{{", "").replace("}}", "")
            assert not re.search(r"(?<!\\)\[[^\]]*(?<!\\)\]\(", plain)
            assert not re.search(r"\{\d+\}", plain)
    return made


def judge_junit(shown):
    assert not ACTIVE.search(shown)
    root = ET.fromstring(shown)
    assert "<!DOCTYPE" not in shown
    shape = {"testsuites": "testsuite", "testsuite": "testcase"}
    for parent in root.iter():
        inner = {"failure", "system-out"} if parent.tag == "testcase" else {shape.get(parent.tag)}
        assert {child.tag for child in parent} <= inner
    assert len(root.findall(".//testcase")) == int(root.attrib["tests"])
    assert len(root.findall(".//failure")) == int(root.attrib["failures"])
    return root


COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def judge_github(shown):
    """Each line is one command of rtlint's, with its own properties, as a runner splits them."""
    assert not ACTIVE.search(shown)
    assert "##[" not in shown
    lines = shown.removesuffix("\n").split("\n") if shown else []
    for line in lines:
        command = COMMAND.fullmatch(line)
        assert command, line
        properties = [each.split("=", 1) for each in command[2].split(",")]
        names = [name for name, _ in properties]
        assert names in (
            ["title", "file", "line", "col", "endColumn"],
            ["title", "file", "line", "endLine"],
        )
        assert re.fullmatch(r"RT\d{3} [a-z0-9-]+", properties[0][1])
    return [decoded(line.split("::", 2)[2]) for line in lines]


def decoded(data):
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        data = data.replace(escape, character)
    return data


class Outline(HTMLParser):
    """The tags with their attributes; an end tag must match."""

    def __init__(self, page):
        super().__init__()
        self.open, self.seen, self.comments = [], set(), 0
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        pairs = tuple((name, re.sub(r"\d+", "0", value or "")) for name, value in attributes)
        self.seen.add((tag, pairs))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        self.comments += 1


def harmless_page():
    """All that a page may consist of: VMs that are right, wrong, and not convertible."""
    made = [
        *previews(manifest("x")),
        *previews(manifest("x").replace('mask: "x"', 'mask: "0"')),
        *previews(manifest("x").replace('"x": 1, ', "")),
        *previews((ROOT / "examples" / "realtime.yaml").read_text()),
    ]
    return Outline(html.render(made)).seen | Outline(html.render(made[:1])).seen


def judge_page(page):
    outline = Outline(page)
    assert not outline.comments
    assert outline.seen <= harmless_page()
    assert not ACTIVE.search(page)


def judge_xml(shown):
    assert not ACTIVE.search(shown)
    assert "<!DOCTYPE" not in shown
    return ET.fromstring(shown)


def judge_markdown(shown):
    """Nothing but text and code, and links to rtlint's own pages."""
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(shown)
    kinds = {"text", "code_inline", "softbreak", "strong_open", "strong_close", "link_open"}
    kinds |= {"link_close"}
    for token in tokens:
        assert token.type.removesuffix("_open").removesuffix("_close") in (
            "paragraph", "inline", "bullet_list", "list_item"
        ), token  # fmt: skip
        for child in token.children or ():
            assert child.type in kinds, child
            if child.type == "link_open":
                assert child.attrs["href"].startswith("https://rtlint.io/rules/RT")
    assert not ACTIVE.search(shown)


# The formats.


def test_text(run):
    judge_terminal(run())
    judge_terminal(run("--statistics", "--preview"))


def test_json(run):
    made = judge_json(run("--output-format", "json"), ROOT / "schemas" / "report.schema.json")
    assert len(made["diagnostics"]) > 10 * len(TEXTS)


def test_sarif(run):
    judge_sarif(run("--output-format", "sarif"))


def test_junit(run):
    judge_junit(run("--output-format", "junit"))


def test_github(run):
    assert len(judge_github(run("--output-format", "github"))) > 10 * len(TEXTS)


def test_gitlab(run):
    schema = ROOT / "tests" / "formats" / "gitlab.schema.json"
    judge_json(run("--output-format", "gitlab"), schema)


def test_previews(rtlint, tree):
    for form, judge in {
        "text": judge_terminal,
        "json": lambda it: judge_json(it, ROOT / "schemas" / "preview.schema.json"),
        "xml": judge_xml,
        "html": judge_page,
    }.items():
        done = rtlint("preview", "--output-format", form, ".", cwd=tree)
        assert len(done.stdout) > 10_000
        judge(done.stdout.decode())


# Any text, each time in all formats.

PIECES = st.sampled_from(
    [*TEXTS[:-4], *"<>&\"'`[](){}!:%#,=\n\r\t\0\x1b\u202e\\-_*~|@$/.", "](", "]]>", "::", "%0A"]
)
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=6).map("".join)


def parts(text):
    source = Source("vm.yaml", text)
    return source, [each for each in compose(text) if not isinstance(each, Unreadable)]


def previews(text):
    source, documents = parts(text)
    for document in documents:
        for obj in objects(source, document, GROUPS):
            if obj.kind in ("VirtualMachine", "VirtualMachineInstance"):
                # A text may be a placeholder: then there is no preview.
                found = previewed(workload(obj, NEWEST, Cluster()), Node())
                if isinstance(found, Previewed):
                    yield found


@given(HOSTILE, st.sampled_from(["vm.yaml", "x"]))
@settings(max_examples=20, deadline=None)
def test_any_text(hostile, name):
    hostile = hostile.encode("utf-8", "replace").decode()
    written = manifest(hostile)
    path = f"{name}{hostile}".replace("\0", "")
    report = Report(NEWEST, (Linted(*lint_bytes(path, written.encode(), Settings())),))
    for format_, judge in (
        (text_report, judge_terminal),
        (json_report, judge_json),
        (sarif, judge_sarif),
        (gitlab, judge_json),
        (junit, judge_junit),
    ):
        judge(format_.render(report, colour=False, quiet=False))
    messages = judge_github(github.render(report, colour=False, quiet=False))
    assert list(map(visible, messages)) == [visible(d.full_message) for d in report.diagnostics]
    made = list(previews(written))
    judge_terminal(text.render(made))
    judge_xml(xml.render(made))
    judge_page(html.render(made))
    judge_hovers(written)


def judge_hovers(written):
    checked = check(Source("vm.yaml", written), Settings(), None)
    for found in diagnostics(checked, {}, "utf-16"):
        judge_terminal(found.message)
    shown = []
    for place in re.finditer(r"mask: |(?:nodeSelector|annotations): \{\"", written):
        for offset in range(place.end(), place.end() + 40, 3):
            cursor = cursor_at(written, offset)
            shown.append(cursor and hover(cursor, checked, Settings(), offset))
    # Behind a key of a map, whatever the key.
    for place in re.finditer(r'": "', written):
        cursor = cursor_at(written, place.end())
        shown.append(cursor and hover(cursor, checked, Settings(), place.end()))
    for each in filter(None, shown):
        judge_markdown(each)


@given(st.one_of(HOSTILE, st.text("` \n", max_size=8)))
def test_a_code_span_is_one_whatever_is_in_it(hostile):
    (_, inline, _) = MarkdownIt("commonmark").parse(f"a {as_code(hostile)} b")
    assert [child.type for child in inline.children] == ["text", "code_inline", "text"]


# The page in a browser.


@pytest.fixture
def asked():
    """A server, and the paths that it was asked for."""
    paths = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()


@needs_browser
@pytest.mark.parametrize("is_guarded", [True, False], ids=["as it is", "without its policy"])
def test_no_script_of_a_manifest_runs_in_a_browser(is_guarded, asked, tmp_path):
    """Escaping holds by itself, and so does the page's policy."""
    url, paths = asked
    texts = [text.replace("URL", url) for text in TEXTS]
    page = html.render([each for text in texts for each in previews(manifest(text))])
    # The same texts as markup would run; a dialog would have the browser wait for ever.
    run = f"{TEXTS[0]}{TEXTS[2]}".replace("URL", url).replace("; alert(1)", "")
    markup = page.replace("<main>", f"<main>{run}")
    if not is_guarded:
        page, markup = (re.sub("<meta http-equiv[^>]*>", "", each) for each in (page, markup))
    shown = browse(page, tmp_path, "--dump-dom", "--virtual-time-budget=2000")
    assert '<html lang="en">' in shown
    assert Outline(shown).seen == Outline(page).seen
    assert not paths
    shown = browse(markup, tmp_path, "--dump-dom", "--virtual-time-budget=2000")
    assert ('<html lang="en" owned="1">' in shown) != is_guarded
    assert bool(paths) != is_guarded
