"""The cost of a run grows no faster than what there is to lint.

Cost is the number of calls that a run makes, of Python functions and of built-in ones: it is the
same on every machine, however busy.
"""

import pytest
from click.testing import CliRunner
from conftest import calls

from benchmarks.hostile_inputs import INPUTS
from benchmarks.repository import broken_vm, one_vm
from rtlint.cli.check import command
from rtlint.lint.fixing import fix
from rtlint.lint.run import lint_bytes
from rtlint.lint.settings import Settings
from rtlint.yaml.parse import c_parser
from rtlint.yaml.source import Source

# The blanks of what is ever deeper are as many as the square of the depth.
DEPTH_COUNTS = pytest.mark.skipif(
    c_parser() is None, reason="the pure parser makes calls for every blank of an indentation"
)
# Of a cost that grows with the square four times the size would cost sixteen times as much.
PLAY = 1.2


def vms(count):
    return "---\n".join(one_vm(f"vm-{n}") for n in range(count))


def items(count):
    indented = (one_vm(f"vm-{n}").rstrip().replace("\n", "\n  ") for n in range(count))
    return "apiVersion: v1\nkind: List\nitems:\n" + "".join(f"- {item}\n" for item in indented)


def findings(count):
    return "---\n".join(broken_vm(f"vm-{n}") for n in range(count))


def disks(count):
    """One VM, a finding for each of its disks."""
    more = "".join(f"            - {{name: d{n}, disk: {{bus: sata}}}}\n" for n in range(count))
    return one_vm().replace("          disks:\n", f"          disks:\n{more}")


def admitted_disks(count):
    """One VM that KubeVirt admits, a finding for each of its disks."""
    more = "".join(
        f"        - {{name: d{n}, emptyDisk: {{capacity: 1Gi}}}}\n" for n in range(count)
    )
    return disks(count).replace("      volumes:\n", f"      volumes:\n{more}")


def unquoted(count):
    """One VM, a finding for each of its annotations."""
    more = "".join(f"        a{n}: 1\n" for n in range(count))
    return one_vm().replace("      annotations:\n", f"      annotations:\n{more}")


def unknown_fields(count):
    more = "".join(f"          unknown{n}: true\n" for n in range(count))
    return one_vm().replace("        devices:\n", f"        devices:\n{more}")


def suppressions(count):
    comment = "autoattachMemBalloon: true  # rtlint: ignore[RT401]"
    return findings(count).replace("autoattachMemBalloon: true", comment)


def unreadable(count):
    return "".join(f"---\napiVersion: kubevirt.io/v1\nkind: [{n}\n" for n in range(count))


def deep(count):
    return one_vm() + "status:\n" + "".join(f"{'  ' * n}  k:\n" for n in range(count))


def aliases(count):
    return one_vm() + "status:\n  a: &a {b: 1}\n" + "".join(f"  c{n}: *a\n" for n in range(count))


def assert_linear(cost, size):
    once, twice, four_times = (cost(size * factor) for factor in (1, 2, 4))
    assert twice <= 2 * once * PLAY
    assert four_times <= 4 * once * PLAY


def lint(text):
    return lint_bytes("vm.yaml", text.encode(), Settings())[1]


@pytest.mark.parametrize(
    ("make", "size", "found"),
    [
        (vms, 10, 0),
        (items, 10, 0),
        (findings, 10, 20),
        (disks, 25, 50),
        (admitted_disks, 25, 25),
        (unknown_fields, 25, 25),
        (suppressions, 10, 10),
        (unreadable, 25, 25),
        pytest.param(deep, 25, 0, marks=DEPTH_COUNTS),
        (aliases, 50, 0),
    ],
)
def test_linting(make, size, found):
    assert len(lint(make(size)).diagnostics) == found

    def cost(count):
        text = make(count + 1)
        return calls(lambda: lint(text))

    first = cost(0)
    assert_linear(lambda count: cost(count) - first, size)


@pytest.mark.parametrize("path", ["a.md", "a.adoc"])
def test_pages(path):
    """Prose, lists, and blocks of which half are fragments."""
    fences = ("[source,yaml]\n----\n", "----\n") if path == "a.adoc" else ("> ```yaml\n", "> ```\n")
    mark = "" if path == "a.adoc" else "> "

    def cost(count):
        text = ""
        for number in range(count):
            lines = "".join(f"{mark}{line}\n" for line in broken_vm(f"vm-{number}").splitlines())
            text += (
                f"Text.\n\n{fences[0]}{lines}{fences[1]}\n{fences[0]}{mark}a: 1\n{fences[1]}\n- a\n"
            )
        return calls(lambda: lint_bytes(path, text.encode(), Settings()))

    cost(1)  # loads what every run needs
    assert_linear(cost, 5)


def test_files(tmp_path):
    def cost(files):
        folder = tmp_path / str(files)
        for number in range(files):
            place = folder / str(number % 7) / str(number)
            place.mkdir(parents=True)
            (place / "vm.yaml").write_text(one_vm(f"vm-{number}") if number % 5 == 0 else "a: 1")
        return calls(lambda: CliRunner().invoke(command, [str(folder)], catch_exceptions=False))

    cost(1)  # loads what every run needs
    assert_linear(cost, 25)


def same_disks(count):
    """One VM that KubeVirt refuses, a finding for each of its disks."""
    return INPUTS["disks of one name, fixed"].make(count)


def misplaced(count):
    """A List of VMs with a field that goes elsewhere, and one whose old and new places touch."""
    text = items(count).replace("  template:\n", "  nodeSelector: {a: b}\n    template:\n")
    passthrough = "guestMappingPassthrough: {}\n"
    return text.replace(f"            numa:\n              {passthrough}", "").replace(
        "policy: require\n", f"policy: require\n            {passthrough}"
    )


def misplaced_sizes(count):
    """One VM, for each of its disks a field whose old and new places touch."""
    more = "".join(
        f"            - name: d{n}\n              disk: {{bus: virtio}}\n"
        "              custom: {logical: 512, physical: 512}\n"
        for n in range(count)
    )
    volumes = "".join(
        f"        - {{name: d{n}, emptyDisk: {{capacity: 1Gi}}}}\n" for n in range(count)
    )
    return (
        one_vm()
        .replace("          disks:\n", f"          disks:\n{more}")
        .replace("      volumes:\n", f"      volumes:\n{volumes}")
    )


@pytest.mark.parametrize(
    ("make", "size"),
    # The API takes no more than 256 disks.
    [
        (findings, 5),
        (same_disks, 60),
        (admitted_disks, 30),
        # Of more than 100 fixes that are tried some wait for another pass.
        (unquoted, 25),
        (misplaced, 10),
        (misplaced_sizes, 30),
    ],
)
def test_fixing(make, size):
    def cost(count):
        source = Source("vm.yaml", make(count))
        return calls(lambda: fix(source, Settings(), unsafe=True))

    cost(1)  # loads what is loaded once
    first = cost(1)
    assert_linear(lambda count: cost(count) - first, size)


def test_fixing_all_in_an_editor():
    types = pytest.importorskip("lsprotocol.types")
    from rtlint.lsp.actions import actions
    from rtlint.lsp.checked import check

    nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
    context = types.CodeActionContext([], only=["source.fixAll"])
    asked = types.CodeActionParams(types.TextDocumentIdentifier("file:vm.yaml"), nowhere, context)

    def cost(count):
        checked = check(Source("vm.yaml", findings(count)), Settings(), None)
        encoding = types.PositionEncodingKind.Utf16
        return calls(lambda: list(actions(asked, checked, encoding)))

    cost(1)
    assert_linear(cost, 10)
