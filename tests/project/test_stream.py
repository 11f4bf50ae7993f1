"""Large files are linted as a stream: the report is the same, and little is held."""

import gc
import json
import tracemalloc

import pytest

from benchmarks import repository
from rtlint.kubevirt.releases import NEWEST
from rtlint.lint.run import lint_bytes
from rtlint.lint.settings import Settings
from rtlint.project import lint as lint_module
from rtlint.project import stream
from rtlint.project.content import Surroundings, Tell
from rtlint.project.lint import lint_files
from rtlint.project.read import read_files
from rtlint.project.stream import lint_stream, pieces
from rtlint.report import github, gitlab, junit, sarif, text
from rtlint.report import json as json_report
from rtlint.report.model import Report
from rtlint.yaml.compose import cut
from rtlint.yaml.source import Unreadable

FORMATS = (text, json_report, sarif, github, gitlab, junit)

VM = repository.one_vm()
WRONG = VM.replace("model: host-passthrough", "model: host-model  # 実時間")
INSTANCETYPE = """\
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachineInstancetype
metadata: {name: rt, namespace: realtime}
spec: {cpu: {guest: 4, model: host-model, realtime: {}}, memory: {guest: 4Gi}}
"""


def list_of(*items):
    """A List as kubectl writes it."""
    indented = ("- " + item.rstrip("\n").replace("\n", "\n  ") + "\n" for item in items)
    return "apiVersion: v1\nitems:\n" + "".join(indented) + "kind: List\nmetadata: {}\n"


TEXTS = {
    "documents": f"---\n{VM}---\n{WRONG}---\n{VM}",
    "carriage returns": f"---\n{VM}---\n{WRONG}".replace("\n", "\r\n"),
    "a mark, and no end of the last line": f"\ufeff{VM}---\n{WRONG}".rstrip("\n"),
    "directives and ends": f"%YAML 1.1\n---\n{VM}...\n# c\n%YAML 1.1\n---\n{WRONG}...\n",
    "unreadable documents": f"{WRONG}---\na: [\n---\n{WRONG}---\n'\n",
    "suppressions": f"# rtlint: ignore-file[RT4]\n{WRONG}---\n# rtlint: ignore[RT999]\n{WRONG}",
    "a template": f"{WRONG}---\n{{{{ if }}}}\n---\n{VM}",
    "no document": "# nothing\n",
    "a definition behind its user": f"{WRONG}---\n{INSTANCETYPE}",
    "a List": list_of(WRONG, VM, WRONG),
    "a List with a broken item": list_of(WRONG, VM, "a: [\n"),
    "a List with suppressions": list_of(WRONG, f"# rtlint: ignore[RT4]\n{WRONG}", "a: 1\n")
    + "a: 1\n",
    "a List in a file with suppressions": "# rtlint: ignore-file[RT4]\n"
    + list_of(WRONG, VM, WRONG),
    "documents around a List": f"{VM}---\n{list_of(WRONG, INSTANCETYPE)}---\n{WRONG}...\n# end\n",
    "three dashes in text": VM + "# -\n---x\n" + WRONG,
}


def reports(file, may_stream, jobs=1):
    surroundings = Surroundings("-", (), None, may_stream=may_stream)
    tell = Tell(pytest.fail, pytest.fail)
    contents, settings = read_files((str(file),), Settings(), surroundings, tell)
    assert [content.is_stream for content in contents] == [may_stream]
    report = Report(NEWEST, tuple(lint_files(contents, lambda _: settings, None, tell, jobs)))
    return [each.render(report, colour=False, quiet=False) for each in FORMATS]


@pytest.mark.parametrize("name", TEXTS)
def test_a_stream_is_linted_as_a_file_is(name, tmp_path, monkeypatch):
    text = TEXTS[name]
    file = tmp_path / "dump.yaml"
    file.write_bytes(text.encode())
    held = lint_bytes(str(file), text.encode(), Settings())[1]
    for chunk in (7, 200, 10_000):
        monkeypatch.setattr(stream, "_CHUNK", chunk)
        assert list(pieces(str(file))) == list(cut(text.removeprefix("\ufeff")))
        linted = lint_stream(str(file), str(file), Settings())
        assert linted.result.diagnostics == held.diagnostics
        assert linted.result.documents == held.documents
        for found in held.diagnostics:
            line = (text.removeprefix("\ufeff") + "\n").split("\n")[found.start.line - 1]
            assert linted.source.line(found.start.line) == line.rstrip("\r")


@pytest.mark.parametrize("name", TEXTS)
def test_several_processes_find_the_same(name, tmp_path, monkeypatch):
    text = TEXTS[name]
    file = tmp_path / "dump.yaml"
    file.write_bytes(text.encode())
    held = lint_bytes(str(file), text.encode(), Settings())[1]
    for limit in ("lint.run.LONG", "kubernetes.lists.LONG", "kubernetes.lists._PIECE"):
        monkeypatch.setattr(f"rtlint.{limit}", 1)
    for jobs in (1, 3):
        result = lint_stream(str(file), str(file), Settings(), jobs).result
        for count in ("documents", "workloads", "realtime", "suppressed", "skipped", "failures"):
            assert getattr(result, count) == getattr(held, count)
        # A fix says in which node of a process's memory it writes.
        assert [d._replace(fix=None) for d in result.diagnostics] == [
            d._replace(fix=None) for d in held.diagnostics
        ]


def test_what_ends_a_process_of_several_is_told(tmp_path, monkeypatch):
    def unread(path):
        yield VM
        raise Unreadable("the file changed")

    monkeypatch.setattr(stream, "pieces", unread)
    with pytest.raises(Unreadable, match="the file changed"):
        lint_stream("dump.yaml", str(tmp_path), Settings(), jobs=2)


def test_memory_does_not_grow_with_the_items_of_a_list(tmp_path, monkeypatch):
    for limit, size in (("run.LONG", 1), ("lists.LONG", 1), ("lists._PIECE", 2**13)):
        room = "lint" if limit.startswith("run") else "kubernetes"
        monkeypatch.setattr(f"rtlint.{room}.{limit}", size)
    file = tmp_path / "dump.yaml"

    def peak(items):
        file.write_text(list_of(*[VM] * items))
        gc.collect()
        gc.freeze()
        tracemalloc.start()
        assert lint_stream("dump.yaml", str(file), Settings()).result.workloads == items
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        gc.unfreeze()
        return most - 3 * file.stat().st_size

    peak(5)
    # Composed as a whole it takes twenty times its size.
    assert peak(80) < 1.5 * peak(20)


def test_reports_of_a_large_file_are_those_of_a_file_that_is_held(tmp_path):
    file = tmp_path / "dump.yaml"
    long = f"# {'x' * 600_000}\n"
    file.write_text(f"{WRONG}---\n{long}{VM}---\n{WRONG}---\n{long}{WRONG}---\n{INSTANCETYPE}")
    streamed = reports(file, may_stream=True)
    assert streamed == reports(file, may_stream=False)
    assert len({found["document"] for found in json.loads(streamed[1])["diagnostics"]}) > 2


def test_memory_does_not_grow_with_the_documents(tmp_path, monkeypatch):
    def collected(path):
        # How much of what is done with the collector lets lie is its own affair.
        for piece in pieces(path):
            gc.collect()
            yield piece

    monkeypatch.setattr(stream, "_CHUNK", 2**14)
    monkeypatch.setattr(stream, "pieces", collected)
    file = tmp_path / "dump.yaml"

    def peak(documents):
        file.write_text(f"---\n{VM}" * documents)
        # What pytest holds need not be looked at each time.
        gc.freeze()
        tracemalloc.start()
        linted = lint_stream("dump.yaml", str(file), Settings())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        gc.unfreeze()
        assert linted.result.documents == documents
        return most

    peak(5)
    assert peak(200) < 1.2 * peak(50)


def test_a_large_file_that_is_no_utf_8_says_so(rtlint, tmp_path):
    file = tmp_path / "dump.yaml"
    file.write_bytes((VM + f"# {'x' * 2_000_000}\n").encode() + b"\xff")
    done = rtlint(file)
    assert "RT001" in done.out
    assert "byte 0xff" in done.out


def test_processes_are_counted_by_what_is_streamed_too(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(lint_module, "sensible_jobs", lambda size: asked.append(size) or 1)
    file = tmp_path / "dump.yaml"
    file.write_text(f"{VM}# {'x' * 2_000_000}\n")
    for may_stream in (True, False):
        reports(file, may_stream, jobs=None)
    assert asked == [file.stat().st_size] * 2
