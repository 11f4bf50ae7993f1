"""Limits: what is beyond one is a finding, and the rest is linted all the same."""

import json
import os
import threading

import pytest

VM = (
    "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: {name: rt}\n"
    "spec: {domain: {cpu: {model: host-model, realtime: {}}, devices: {}}}\n"
)
LIST = "".join(f"x{n}: y\n" for n in range(20))


@pytest.fixture
def findings(rtlint, tmp_path):
    """The JSON report's diagnostics of a run over files that are given by name."""

    def run(*args, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text)
        done = rtlint(".", "--output-format", "json", *args, cwd=tmp_path)
        assert (done.err, done.returncode) == ("", 1)
        return json.loads(done.out)["diagnostics"]

    return run


def beyond(found):
    """Path, line and message of what RT001 says."""
    rows = [d for d in found if d["rule"] == "RT001"]
    return [(row["path"], row["start"]["line"], row["message"]) for row in rows]


def test_a_file_that_is_too_large_is_not_read(findings):
    found = findings("--limit", "file-size=1Ki", large=VM + "#" * 1000, vm=VM)
    assert beyond(found) == [
        (
            "large.yaml",
            1,
            "The file is larger than 1024 bytes, so it is not read. Split it, leave it out with "
            "`exclude`, or raise `--limit file-size`.",
        )
    ]
    assert {d["path"] for d in found if d["rule"] == "RT101"} == {"vm.yaml"}


def test_a_file_that_is_too_large_stays_as_it_is_when_fixed(rtlint, tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text(VM)
    done = rtlint(file, "--fix", "--limit", "file-size=100")
    assert (done.returncode, file.read_text()) == (1, VM)
    assert "RT001" in done.out


def test_standard_input_that_is_too_large_is_an_error(rtlint):
    done = rtlint("-", "--fix", "--limit", "file-size=100", stdin=VM.encode())
    assert done.returncode == 2
    assert "<stdin>: The file is larger than 100 bytes" in done.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
def test_a_pipe_without_end_is_read_up_to_the_limit(rtlint, tmp_path):
    pipe = tmp_path / "vm.yaml"
    os.mkfifo(pipe)

    def write():
        try:
            with pipe.open("wb") as stream:
                while True:
                    stream.write(b"#" * 10_000)
        except BrokenPipeError:
            return

    threading.Thread(target=write, daemon=True).start()
    done = rtlint(pipe, "--limit", "file-size=1Mi")
    assert done.returncode == 1
    assert "larger than 1048576 bytes" in done.out


def test_a_document_that_is_too_large_is_passed_over(findings):
    text = f"{VM}---\nx: {'a' * 1000}\n---\n{VM}"
    found = findings("--limit", "document-size=1000", vm=text)
    assert beyond(found) == [
        (
            "vm.yaml",
            5,
            "The document is larger than 1000 characters, so it is not read. Split it, or raise "
            "`--limit document-size`.",
        )
    ]
    assert [d["document"] for d in found if d["rule"] == "RT101"] == [1, 3]


def test_the_depth(findings):
    found = findings("--limit", "depth=6", vm=f"{VM}x: [[[[[[]]]]]]\n")
    assert beyond(found) == [("vm.yaml", 5, "The nesting is deeper than 6 levels.")]


def test_what_aliases_stand_for(findings):
    text = f"{VM}x: &x [1, 2, 3]\ny: [{'*x,' * 200}]\n"
    assert beyond(findings(vm=text)) == []
    ((_, line, message),) = beyond(
        findings("--limit", "aliases=50", vm=f"{VM}x: &x [{'1,' * 50}]\ny: [{'*x,' * 40}]\n")
    )
    assert line == 6
    assert message.startswith("The aliases expand to more than 50 nodes")


def test_the_most_severe_findings_are_kept_and_the_others_counted(findings):
    every = findings(vm=VM + LIST)
    found = findings("--limit", "findings=5", vm=VM + LIST)
    assert len(found) == 6
    assert {d["severity"] for d in found} == {"error"}
    message = f"{len(every) - 5} more findings are not shown: a report has at most 5 per file."
    assert [row[2].startswith(message) for row in beyond(found)] == [True]


def test_findings_that_are_not_shown_count_for_the_exit_status(rtlint, tmp_path):
    (tmp_path / "vm.yaml").write_text(VM)
    options = (".", "--select", "RT101,RT402,RT109", "--limit", "findings=1")
    assert rtlint(*options, "--fail-on", "warning", cwd=tmp_path).returncode == 1
    assert rtlint(*options, "--ignore", "RT101", "--fail-on", "error", cwd=tmp_path).returncode == 0


def test_fixes_and_baselines_know_no_limit(rtlint, tmp_path):
    (tmp_path / "vm.yaml").write_text(VM)
    rtlint(".", "--write-baseline", "--limit", "findings=1", cwd=tmp_path)
    done = rtlint(".", "--baseline", ".rtlint-baseline.yaml", "--fail-on", "info", cwd=tmp_path)
    assert done.returncode == 0
    rtlint(".", "--fix", "--limit", "findings=1", cwd=tmp_path)
    assert "host-passthrough" in (tmp_path / "vm.yaml").read_text()
    assert "autoattachMemBalloon: false" in (tmp_path / "vm.yaml").read_text()


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab", "junit"])
def test_long_text_of_a_manifest_is_cut(rtlint, tmp_path, form):
    name = "n" * 50_000
    long = VM.replace("name: rt", f"name: {name}").replace("host-model", "m" * 50_000)
    (tmp_path / "vm.yaml").write_text(f"{long}? {'k' * 50_000}\n: y\n")
    done = rtlint("vm.yaml", "--output-format", form, "--limit", "line-length=100", cwd=tmp_path)
    assert done.returncode == 1
    for letter in "nmk":
        assert letter * 201 not in done.out
    assert "…" in done.out


def test_limits_in_the_configuration(findings, tmp_path):
    (tmp_path / ".rtlint.yaml").write_text("limits: {depth: 6}\n")
    assert beyond(findings(vm=VM + "x: [[[[[[]]]]]]\n"))
    assert not beyond(findings("--limit", "depth=7", vm=VM + "x: [[[[[[]]]]]]\n"))


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("depht=1", "`depht` is no limit; there are file-size, document-size"),
        ("depth=1000", "`depth` is at most 200"),
        ("depth", "must be a whole number or a size such as 64Mi"),
        ("file-size=-1", "must be a whole number"),
        ("findings=1.5", "must be a whole number"),
        ("line-length=3", "`line-length` is at least 80"),
    ],
)
def test_a_limit_that_is_none(rtlint, tmp_path, limit, said):
    done = rtlint("--limit", limit)
    assert done.returncode == 2
    assert said in done.err
    name, _, value = limit.partition("=")
    (tmp_path / ".rtlint.yaml").write_text(f"limits:\n  {name}: {value or '{}'}\n")
    done = rtlint(".", cwd=tmp_path)
    assert done.returncode == 2
    assert ".rtlint.yaml:2: `limits" in done.err


def test_preview_has_limits(rtlint, tmp_path):
    (tmp_path / "vm.yaml").write_text(VM)
    done = rtlint("preview", "vm.yaml", "--limit", "file-size=100", cwd=tmp_path)
    assert done.returncode == 2
    assert "vm.yaml: The file is larger than 100 bytes" in done.err
