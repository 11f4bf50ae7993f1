"""A change brings what hides its findings: each way that docs/safety.md names, and what sees it."""

import base64
import re
import shlex
import subprocess

import pytest
from conftest import GIT, ROOT

PAGE = (ROOT / "docs" / "safety.md").read_text().partition("## Judging changes")[2]
[COMMAND] = re.findall(r"```sh\nrtlint (.*)\n```", PAGE)
[GATE] = re.findall(r"```yaml\n# \.\./gate/rtlint\.yaml\n(.*?)```", PAGE, re.DOTALL)
ROWS = dict(re.findall(r"^\| (?!-|a change hides)(.+?) \| (.+?) \|$", PAGE, re.MULTILINE))

RIGHT = (ROOT / "examples" / "realtime.yaml").read_text()
WRONG = RIGHT.replace("model: host-passthrough", "model: host-model")
LACKING = RIGHT.replace("dedicatedCpuPlacement: true", "")
KUBEVIRT = (
    "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nmetadata: {name: kubevirt, namespace: kubevirt}\n"
)
UNKNOWN = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: vm}
spec:
  runStrategy: Always
  instancetype: {name: not-there}
  template: {spec: {domain: {devices: {}}}}
"""


HEAD = "apiVersion: kubevirt.io/v1\nkind: VirtualMachine"
TYPE = """\
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachineClusterInstancetype
metadata: {name: own}
spec: {cpu: {guest: 2}, memory: {guest: 1Gi}}
"""


def escaped(text):
    text = text.replace("kubevirt.io/v1", '"kubevirt\\u002eio/v1"')
    return re.sub(r"kind: V(\w+)", r'kind: "\\x56\1"', text)


def in_base64(text, tag="!!binary"):
    def encoded(match):
        return f"{match[1]}: {tag} {base64.b64encode(match[2].encode()).decode()}"

    return re.sub(r"^(apiVersion|kind): (.*)$", encoded, text, flags=re.MULTILINE)


def listed(head, text, without=()):
    lines = [line for line in text.splitlines() if not line.startswith(without)]
    return "\n".join([head, "items:", *(f"- {lines[0]}", *(f"  {line}" for line in lines[1:]))])


def baseline(rtlint, folder):
    rtlint("--write-baseline", ".", cwd=folder)
    return {".rtlint.yaml": "baseline: .rtlint-baseline.yaml\n"}


# By the table's rows: the files of the change, and the paths of the plain run, if not all.
WAYS = {
    "a configuration that turns rules off, or lowers their severity": [
        {"vm.yaml": WRONG, ".rtlint.yaml": "ignore: [RT101]\n"},
        {"vm.yaml": WRONG, ".rtlint.yaml": "select: [RT2]\n"},
        {"vm.yaml": WRONG, ".rtlint.yaml": "severity: {RT101: info}\n"},
        {"vm.yaml": WRONG, ".rtlint.yaml": "fail-on: never\n"},
        {"vm.yaml": WRONG, "pyproject.toml": "[tool.rtlint.per-file-ignores]\n'*' = 'RT1'\n"},
    ],
    "a configuration that excludes the file": [
        {"vm.yaml": WRONG, ".rtlint.yaml": "exclude: [vm.yaml]\n"}
    ],
    "a baseline that contains them, named by a configuration": [{"vm.yaml": WRONG}],
    "a comment or an annotation that suppresses them": [
        {"vm.yaml": f"# rtlint: ignore-file[RT] x\n{WRONG}"},
        {"vm.yaml": WRONG.replace("host-model", "host-model # rtlint: ignore[RT101] x")},
        {
            "vm.yaml": WRONG.replace(
                "metadata:\n", "metadata:\n  annotations: {rtlint.io/ignore: RT}\n", 1
            )
        },
    ],
    "a `.gitignore` that matches the file": [
        {"vm.yaml": WRONG, ".gitignore": "*.yaml\n"},
        {"x/vm.yaml": WRONG, ".gitignore": "x/\n"},
        {"x/vm.yaml": WRONG, "x/.gitignore": "*\n"},
    ],
    "a folder called `vendor`, `.venv` or `node_modules`": [
        {f"{name}/vm.yaml": WRONG} for name in ("vendor", ".venv", "a/node_modules", ".cache")
    ],
    "a line that makes the file look like a template": [
        {"vm.yaml": f"{WRONG}---\n{{{{ x }}}}: [\n"},
        {"vm.yaml": f"{WRONG}---\n{{% if x %}}\n"},
        {"vm.yaml": f"{WRONG}---\na: ${{X}}: b\n"},
    ],
    "a value that looks like a placeholder": [
        {"vm.yaml": WRONG.replace("host-model", value)}
        for value in ("$MODEL", "${MODEL}", "'{{ model }}'")
    ],
    "a kustomization that lists the manifest as a patch": [
        {"vm.yaml": LACKING, "kustomization.yaml": "patches: [{path: vm.yaml}]\n"},
        {"a/vm.yaml": LACKING, "kustomization.yaml": "patchesStrategicMerge: [a/vm.yaml]\n"},
    ],
    "a `$patch` directive": [{"vm.yaml": f"{LACKING}$patch: merge\n"}],
    "a KubeVirt object with settings that the cluster does not have": [
        {
            "vm.yaml": RIGHT.replace("model: host-passthrough", ""),
            "kubevirt.yaml": f"{KUBEVIRT}spec: {{configuration: {{cpuModel: host-passthrough, "
            "developerConfiguration: {featureGates: [CPUManager]}}}\n",
        }
    ],
    "an instancetype that is not among the files": [{"vm.yaml": UNKNOWN}],
    "a `.gitignore` outside a repository: an archive, a mounted folder": [
        {"vm.yaml": WRONG, ".gitignore": "*.yaml\n"},
        {"x/vm.yaml": WRONG, "x/.gitignore": "*\n"},
    ],
    "an instancetype that differs from the cluster's of that name": [
        {"vm.yaml": UNKNOWN.replace("not-there", "own"), "type.yaml": TYPE}
    ],
    "escapes or base64 in `apiVersion` and `kind`": [
        {"vm.yaml": escaped(WRONG)},
        {"vm.yaml": in_base64(WRONG)},
        {"vm.yaml": in_base64(WRONG, "!<tag:yaml.org,2002:b%69nary>")},
    ],
    "a list of another kind, or one that gives the kind for its items": [
        {"vm.yaml": listed("apiVersion: v1\nkind: ConfigMap", WRONG)},
        {"vm.yaml": listed(f"{HEAD}List", WRONG, ("apiVersion:", "kind:"))},
        {"vm.yaml": listed(HEAD, WRONG, ("apiVersion:", "kind:"))},
    ],
    "UTF-16": [{"vm.yaml": WRONG.encode("utf-16")}],
    "attributes, a NUL byte or index flags that keep git from comparing (`--diff-base`)": [
        {"vm.yaml": WRONG, ".gitattributes": "*.yaml -diff\n"},
        {"vm.yaml": f"# \0\n{WRONG}"},
        {"vm.yaml": WRONG, "bits": ""},
    ],
    "a link to a file in another folder": [{"elsewhere/vm.yaml": WRONG, "clusters/x.txt": ""}],
    "a name that does not end in `.yaml`, `.yml` or `.json`": [{"vm.txt": WRONG}],
    "moving all files elsewhere": [{"clusters/x.txt": "", "vm.txt": WRONG}],
    "a file name that looks like an option": [{"--ignore=RT101": "", "vm.yaml": WRONG}],
}


def git(*args, cwd):
    subprocess.run([*GIT, *args], cwd=cwd, check=True, capture_output=True)


@pytest.fixture
def judged(tmp_path, rtlint):
    """A change in a repository: the exit status of a plain run, and of the one command."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (tmp_path / "gate").mkdir()
    (tmp_path / "gate" / "rtlint.yaml").write_text(GATE)
    (tmp_path / "gate" / "kubevirt.yaml").write_text(KUBEVIRT)
    (tmp_path / "gate" / "types").mkdir()
    realtime = TYPE.replace("guest: 2", "guest: 2, model: host-model, realtime: {}")
    (tmp_path / "gate" / "types" / "own.yaml").write_text(realtime)

    def judge(way, files):
        has_repository = "outside a repository" not in way
        if has_repository:
            git("init", "-q", cwd=folder)
            git("commit", "-q", "--allow-empty", "-m", "nothing", cwd=folder)
        more, paths, gate_paths = (), ["."], ["."]
        if "--diff-base" in way:
            (folder / "vm.yaml").write_text(RIGHT)
            git("add", ".", cwd=folder)
            git("commit", "-q", "-m", "right", cwd=folder)
            more = ("--diff-base", "HEAD")
        if "bits" in files:
            git("update-index", "--assume-unchanged", "vm.yaml", cwd=folder)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        if "baseline" in way:
            for name, text in baseline(rtlint, folder).items():
                (folder / name).write_text(text)
        if "link" in way:
            (folder / "clusters" / "vm.yaml").symlink_to("../elsewhere/vm.yaml")
            paths = ["clusters"]
        if "moving" in way:
            paths = gate_paths = ["clusters"]
        if "does not end" in way:
            gate_paths = ["vm.txt"]
        if "option" in way:
            paths = gate_paths = sorted(files)
        if has_repository and not more:
            git("add", "--force", "--", ".", cwd=folder)
        *command, last = shlex.split(COMMAND)
        assert (command[-1], last) == ("--", ".")
        plain = rtlint(*more, *paths, cwd=folder).returncode
        return plain, rtlint(*command[:-1], *more, "--", *gate_paths, cwd=folder).returncode

    return judge


def test_the_table_and_the_ways_are_the_same():
    assert set(ROWS) == set(WAYS)


@pytest.mark.parametrize(
    ("way", "files"),
    [(way, files) for way, each in WAYS.items() for files in each],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_one_command_sees_what_a_change_hides(judged, way, files):
    plain, gate = judged(way, files)
    assert gate == (2 if "moving" in way else 1)
    # The table says what it takes; where every run sees it, a plain one does.
    assert (plain != 0) == ("every run" in ROWS[way])


def test_the_one_command_lets_right_manifests_pass(judged):
    assert judged("nothing", {"vm.yaml": RIGHT, "a/other.yaml": "a: 1\n"}) == (0, 0)


def test_what_the_gate_itself_excludes(rtlint, tmp_path):
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "vm.yaml").write_text(WRONG)
    (tmp_path / "vm.yaml").write_text(RIGHT)
    assert rtlint("--no-exclude", ".", cwd=tmp_path).returncode == 1
    assert rtlint("--no-exclude", "--exclude", "vendor", ".", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("files", "paths", "status"),
    [
        ({"a/vm.yaml": RIGHT}, ["a"], 0),
        ({"a/vm.yaml": RIGHT}, ["a/vm.yaml", "."], 0),
        ({"a/vm.yaml": RIGHT, "b/x.yaml": "a: 1\n"}, ["a", "b"], 2),
        ({"a/vm.yaml": "{{ x }}: kubevirt.io\n"}, ["a"], 2),
        ({"a/vm.yaml": RIGHT, ".rtlint.yaml": "exclude: [a]\n"}, ["."], 2),
        ({}, ["-"], 2),
        # As pre-commit names them.
        ({"a.json": "{}", "vm.yaml": RIGHT}, ["a.json", "vm.yaml"], 0),
        ({"a.json": "{}", "b.json": "{}"}, ["a.json", "b.json"], 2),
    ],
)
def test_a_gate_is_not_green_where_nothing_was_looked_at(rtlint, tmp_path, files, paths, status):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    done = rtlint("--require-files", *paths, cwd=tmp_path)
    assert done.returncode == status
    assert ("--require-files: there is nothing to lint in " in done.err) == (status == 2)
    assert rtlint(*paths, cwd=tmp_path).returncode == 0


def test_a_gate_reads_standard_input(rtlint):
    done = rtlint("--require-files", "--stdin-filename", "overlays/a", "-", stdin=RIGHT.encode())
    assert done.returncode == 0
