"""A linted tree is somebody else's: nothing in it gets code run, files written or a log forged."""

import json
import os
import pty
import re
import socket
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from conftest import GIT, ROOT

from rtlint.lint.settings import Settings

VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    devices: {}
    cpu:
      cores: 2
      model: host-model
      realtime: {}
"""
FIXED = VM.replace("host-model", "host-passthrough")
FIX = ("--fix", "--select", "RT101", "--fail-on", "never")
FORMATS = ["text", "json", "sarif", "github", "gitlab", "junit"]

# What a terminal acts on, what turns the reading direction, what cannot be seen, and the two forms
# of a workflow's command: one at the beginning of a line, one anywhere.
ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
    r"|^\s*::(?!(?:error|warning|notice) title=RT\d)|##\[",
    re.MULTILINE,
)
HOSTILE = "\x1b]0;owned\x07\x9b2J\x08\r\u202e\u2066\u200b\ufeff\x7f\n::add-mask::x\n##[add-mask]x"
# In a manifest they come as escapes: YAML admits none of them as they are.
ESCAPED = json.dumps(HOSTILE).replace("\x7f", "\\u007f")
HOSTILE_VM = f"""\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {{name: {ESCAPED}, namespace: {ESCAPED}, labels: {{{ESCAPED}: {ESCAPED}}}}}
spec:
  runStrategy: {ESCAPED}
  template:
    metadata: {{annotations: {{{ESCAPED}: {ESCAPED}}}}}
    spec:
      {ESCAPED}: 1
      nodeSelector: {{{ESCAPED}: {ESCAPED}}}
      domain:
        devices: {{disks: [{{name: {ESCAPED}, disk: {{bus: {ESCAPED}}}}}]}}
        memory: {{guest: {ESCAPED}}}
        cpu: {{cores: 2, model: {ESCAPED}, realtime: {{mask: {ESCAPED}}}}} # ##[add-mask]x \u202e
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {{name: {ESCAPED}}}
spec:
  nodeSelector: {{{ESCAPED}: {ESCAPED}}}
  domain: {{devices: {{}}, cpu: {{cores: 2, model: {ESCAPED}, realtime: {{}}}}}} # ##[add-mask]x
"""
UNREADABLE = "apiVersion: kubevirt.io/v1\na: [\x1b[2J\x07\n::add-mask::x"
NAME = "::add-mask::\x1b[2J\u202e\n::add-mask::y ##[add-mask]z.yaml"


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Make files below an empty folder, which becomes the current one."""
    (tmp_path / "tree").mkdir()
    monkeypatch.chdir(tmp_path / "tree")
    # The program comes from there, and nothing from the current folder.
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def make(files):
        for name, text in files.items():
            path = tmp_path / "tree" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path / "tree"

    return make


@pytest.fixture
def script(tmp_path):
    """Run the program as the installed script runs it."""
    file = tmp_path / "bin" / "rtlint"
    file.parent.mkdir()
    file.write_text("from rtlint.cli import main\nmain()\n")

    def run(*args, first=(sys.executable, str(file)), **options):
        done = subprocess.run(
            [*first, *map(str, args)], capture_output=True, check=False, timeout=120, **options
        )
        done.out = done.stdout.decode(errors="backslashreplace")
        done.err = done.stderr.decode(errors="backslashreplace")
        assert "Traceback" not in done.out + done.err
        return done

    return run


# Network.

WATCHED = """\
import os, sys
def look(event, arguments):
    if event.startswith("socket.") and event not in allowed:
        os.write(2, f"network: {event} {arguments}".encode())
        os._exit(99)
allowed = sys.argv.pop(1).split(",")
sys.addaudithook(look)
from rtlint.cli import main
main()
"""


@pytest.mark.parametrize(
    "line",
    [
        *(f"check --output-format {each} ." for each in FORMATS),
        *(f"preview --output-format {each} ." for each in ("text", "json", "xml", "html")),
        "preview --effective .",
        "--preview --statistics --verbose --jobs 2 .",
        "--diff .",
        "--fix .",
        "--write-baseline .",
        "--add-suppressions .",
        "--config .rtlint.yaml .",
        "explain RT101",
        "rules",
        "schema",
        "config",
    ],
)
def test_no_command_uses_the_network(tree, script, line):
    tree({"vm.yaml": VM, "b.yaml": VM, ".rtlint.yaml": "jobs: 1\n"})
    done = script("", *line.split(), first=(sys.executable, "-c", WATCHED))
    assert done.returncode in (0, 1), done.err
    assert "network" not in done.err


def test_the_watch_for_the_network_sees_it(tree, script):
    done = script(
        "", "rules", first=(sys.executable, "-c", f"import socket\n{WATCHED}socket.socket()")
    )
    assert done.returncode == 0
    watched = WATCHED.replace("main()\n", "import socket\nsocket.socket()\n")
    assert script("", first=(sys.executable, "-c", watched)).returncode == 99


def test_the_language_server_uses_no_network(tree, script):
    pytest.importorskip("pygls")
    folder = tree({"vm.yaml": VM})

    def message(method, params, **more):
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)

    document = {"uri": f"{folder.as_uri()}/vm.yaml", "languageId": "yaml", "version": 1, "text": VM}
    options = {"rulePaths": ["own"], "rule-paths": ["own"], "kubevirtVersion": "v1.8"}
    start = {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}
    said = (
        message("initialize", {**start, "initializationOptions": options}, id=1)
        + message("initialized", {})
        + message("textDocument/didOpen", {"textDocument": document})
        + message("shutdown", None, id=2)
        + message("exit", None)
    )
    # The event loop wakes itself by a pair of sockets that nobody else has.
    done = script("socket.__new__", "lsp", first=(sys.executable, "-c", WATCHED), input=said)
    assert done.returncode == 0, done.err
    assert "RT101" in done.out


# Code.

OWNED = "import pathlib, os\npathlib.Path(os.environ['OWNED']).write_text(__name__)\n"
# What the program imports, at once or later, and what Python itself would look for.
MODULES = (
    "rules/__init__", "rules/rt101_cpu_host_passthrough", "rtlint/__init__", "rtlint/cli/__init__",
    "yaml", "click", "click/__init__", "jsonschema/__init__", "pathspec", "pydantic", "pygls",
    "ruamel/__init__", "ruamel/yaml/__init__", "lsprotocol", "tomllib", "tempfile", "difflib",
    "unicodedata", "sitecustomize", "usercustomize", "conftest", "setup",
)  # fmt: skip


@pytest.fixture
def owned(tmp_path, monkeypatch):
    """The file that code of the tree would make."""
    monkeypatch.setenv("OWNED", str(tmp_path / "owned"))
    yield tmp_path / "owned"
    assert not (tmp_path / "owned").exists(), (tmp_path / "owned").read_text()


@pytest.mark.parametrize("line", ["check .", "--fix .", "--diff .", "preview .", "config vm.yaml"])
@pytest.mark.parametrize("module", [False, True], ids=["script", "module"])
def test_no_module_of_the_tree_is_imported(tree, script, owned, line, module):
    files = {f"{name}.py": OWNED for name in MODULES if not (module and name.startswith("rtlint"))}
    toml = "[tool.rtlint]\nignore = ['RT2']\n"
    tree(
        {**files, "vm.yaml": VM, ".gitignore": "x\n", "pyproject.toml": toml, "own/x.yaml": "a: ["}
    )
    first = {"first": (sys.executable, "-m", "rtlint")} if module else {}
    done = script(*line.split(), **first)
    assert done.returncode in (0, 1), done.err


TAGGED = (
    '!!python/object/apply:os.system ["touch {0}"]\n',
    'a: !!python/object/new:subprocess.Popen [[touch, {0}]]\n',
    '!<tag:yaml.org,2002:python/object/apply:os.system> ["touch {0}"]\n',
)  # fmt: skip


@pytest.mark.parametrize("text", TAGGED)
def test_tags_make_no_objects(tree, script, owned, text):
    text = text.format(owned)
    files = ("vm.yaml", "other.yaml", ".rtlint.yaml", "baseline.yaml", "cluster.yaml")
    tree(dict.fromkeys(files, f"{text}# kubevirt.io/\n"))
    for line in (
        "check --no-config .",
        "check --no-config --baseline baseline.yaml .",
        "check --no-config --cluster cluster.yaml .",
        "check --no-config --instancetypes other.yaml .",
        "check .",
        "preview .",
        "config vm.yaml",
    ):
        script(*line.split())


OWN_RULE = OWNED + (ROOT / "rules" / "rt101_cpu_host_passthrough.py").read_text()


def test_a_configuration_of_the_tree_names_no_code_program_or_report(tree, script, tmp_path):
    """It may all the same say which rules count; whoever names it with --config means it."""
    owned, tools = tmp_path / "owned", tmp_path / "tools"
    tools.mkdir()
    (tools / "helm").write_text(f"#!/bin/sh\ntouch {owned}\n")
    (tools / "helm").chmod(0o755)
    env = {**os.environ, "OWNED": str(owned), "PATH": f"{tools}:{os.environ['PATH']}"}
    report = tmp_path / "report"
    for key, value in (
        ("rule-paths", "[own]"),
        ("render", "true"),
        ("output-file", json.dumps([str(report)])),
    ):
        rule = {} if key != "rule-paths" else {"own/own001_mine.py": OWNED + "1 / 0\n"}
        files = {"vm.yaml": FIXED, "chart/Chart.yaml": "name: x\n", **rule}
        tree({**files, ".rtlint.yaml": f"{key}: {value}\nselect: [RT101]\n"})
        done = script(".", env=env)
        assert not owned.exists()
        assert not report.exists()
        assert done.returncode == 0
        assert f"`{key}`" in done.err
        assert "--config" in done.err
        script("--config", ".rtlint.yaml", ".", env=env)
        assert owned.exists() != report.exists()
        (report if report.exists() else owned).unlink()


def test_a_configuration_of_the_tree_has_no_baseline_written_elsewhere(tree, script, tmp_path):
    tree({"vm.yaml": VM, ".rtlint.yaml": "baseline: ../baseline.yaml\n"})
    done = script("--write-baseline", ".")
    assert (done.returncode, "outside of the configuration's folder" in done.err) == (2, True)
    assert not (tmp_path / "baseline.yaml").exists()
    (tmp_path / "tree" / "inside.yaml").symlink_to(tmp_path / "baseline.yaml")
    tree({".rtlint.yaml": "baseline: inside.yaml\n"})
    assert script("--write-baseline", ".").returncode == 2
    assert not (tmp_path / "baseline.yaml").exists()
    assert script("--write-baseline", "--baseline", "../baseline.yaml", ".").returncode == 0
    assert (tmp_path / "baseline.yaml").exists()


def git(*args):
    subprocess.run([*GIT, *args], check=True, capture_output=True)


@pytest.fixture
def repository(tree):
    """A repository with a VM that is committed, and another one that is new in its file."""
    folder = tree({"vm.yaml": VM})
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "VM")
    tree({"vm.yaml": f"{VM}---\n{VM}"})
    return folder


@pytest.mark.parametrize(
    "settings",
    [
        {"core.fsmonitor": "RUN"},
        {"diff.external": "RUN"},
        {"diff.x.command": "RUN"},
        {"diff.x.textconv": "RUN"},
        {"filter.x.clean": "RUN"},
        {"filter.x.process": "RUN"},
        {"filter.a=b.clean": "RUN", "filter.x.required": "true"},
        {"core.pager": "RUN", "pager.diff": "RUN", "core.hooksPath": "."},
        {"diff.orderFile": "/dev/zero"},
        {"core.sshCommand": "RUN", "remote.origin.url": "ext::RUN", "extensions.partialClone": "x"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_git_runs_nothing_that_the_repository_names(repository, script, owned, settings):
    program = repository.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {owned}\nexec cat\n")
    program.chmod(0o755)
    for name, value in settings.items():
        git("config", name, value.replace("RUN", str(program)))
    (repository / ".gitattributes").write_text("*.yaml diff=x filter=x\nb.yaml filter=a=b\n")
    done = script("--diff-base", "HEAD", "--select", "RT101", ".")
    assert done.returncode == 1, done.err
    assert done.out.count("RT101 cpu-host") == 1


def test_git_reads_no_repository_that_lies_in_the_tree_as_files(tree, script, owned):
    """Files that look like a bare repository come with any clone."""
    folder = tree({"vm.yaml": VM})
    git("init", "-q", "--bare", "inner")
    program = folder.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {owned}\n")
    program.chmod(0o755)
    for name, value in {
        "core.bare": "false",
        "core.worktree": str(folder),
        "core.fsmonitor": str(program),
    }.items():
        git("-C", "inner", "config", name, value)
    done = script("--diff-base", "HEAD", "..", cwd=folder / "inner")
    assert done.returncode == 2


@pytest.mark.parametrize("revision", ["--output=stolen", "-h", "--ext-diff", "HEAD --output=x", ""])
def test_a_revision_is_no_option_of_git(repository, script, revision):
    before = sorted(repository.iterdir())
    assert script(f"--diff-base={revision}", ".").returncode == 2
    assert sorted(repository.iterdir()) == before


def test_files_whose_names_look_like_git_s_options(repository, script):
    (repository / "--output=stolen.yaml").write_text(VM)
    git("add", "-A", "--", ".")
    git("commit", "-q", "-m", "all")
    (repository / "--output=stolen.yaml").write_text(f"# new\n{VM}---\n{VM}")
    done = script("--diff-base", "HEAD", "--select", "RT101", ".")
    assert (done.returncode, done.out.count("RT101 cpu-host")) == (1, 1)
    assert not (repository / "stolen.yaml").exists()


def test_a_folder_s_name_is_no_option_of_a_renderer(tree, script, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("helm", "kustomize"):
        (tools / name).write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >> {tmp_path}/arguments\n")
        (tools / name).chmod(0o755)
    tree({"--post-renderer=x/Chart.yaml": "name: x\n", "--enable-exec/kustomization.yaml": "a: 1"})
    script("--render", ".", env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"})
    arguments = (tmp_path / "arguments").read_text().split()
    assert arguments == ["template", "./--post-renderer=x", "build", "./--enable-exec"]


# Files.


def test_links_out_of_the_tree_are_followed_only_when_they_are_named(tree, script, tmp_path):
    (tmp_path / "secret.yaml").write_text(VM)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "vm.yaml").write_text(VM)
    folder = tree({"real/vm.yaml": FIXED})
    for name, target in {
        "out.yaml": tmp_path / "secret.yaml",
        "up.yaml": "../secret.yaml",
        "twice.yaml": "up.yaml",
        "folder": tmp_path / "secrets",
        "inside.yaml": "real/vm.yaml",
        "loop.yaml": "loop.yml",
        "loop.yml": "loop.yaml",
    }.items():
        (folder / name).symlink_to(target)
    done = script(*FIX, "--verbose", ".")
    assert (tmp_path / "secret.yaml").read_text() == VM
    assert (tmp_path / "secrets" / "vm.yaml").read_text() == VM
    assert "secret" not in done.out
    for name in ("out.yaml", "up.yaml", "twice.yaml"):
        assert f"rtlint: {name}: passed over: a link out of the tree\n" in done.err
    assert "rtlint: inside.yaml: read\n" in done.err
    assert "loop.yaml: Too many levels of symbolic links" in done.err
    assert script(*FIX, "up.yaml").returncode == 0
    assert (tmp_path / "secret.yaml").read_text() == FIXED


def test_what_is_no_file_is_not_opened(tree, script):
    """Opening a pipe that nobody writes to would never end."""
    folder = tree({"vm.yaml": VM, "chart/values.yaml": "", "base/vm.yaml": VM})
    for name in (
        "pipe.yaml", ".rtlint.yaml", "pyproject.toml", ".gitignore", "kustomization.yaml",
        "Chart.yaml", "chart/Chart.yaml", "base/kustomization.yaml", "base/.rtlint.yaml",
    ):  # fmt: skip
        os.mkfifo(folder / name)
    (folder / "linked.yaml").symlink_to("pipe.yaml")
    (folder / "null.yaml").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.yaml")
        for line in ("check .", "--fix .", "preview .", "check --render ."):
            done = script(*line.split())
            assert done.returncode in (0, 1), done.err


@pytest.mark.parametrize("key", ["cluster", "baseline", "instancetypes"])
@pytest.mark.parametrize("device", ["pipe", "/dev/zero"])
def test_a_configuration_of_the_tree_has_no_device_read(tree, script, key, device):
    value = f"[{device}]" if key == "instancetypes" else device
    folder = tree({"vm.yaml": VM, ".rtlint.yaml": f"{key}: {value}\n"})
    os.mkfifo(folder / "pipe")
    done = script(".")
    assert done.returncode == 2
    assert f".rtlint.yaml: `{key}` names {device}, which is a pipe or a device" in done.err


def test_the_language_server_opens_no_pipe_that_appears_beside_the_text(tree):
    from rtlint.kubevirt.releases import NEWEST
    from rtlint.lsp.configured import Followed
    from rtlint.lsp.workspace import Workspace

    pipe = tree({"vm.yaml": VM}) / "pipe.yaml"
    os.mkfifo(pipe)
    workspace = Workspace(Settings(NEWEST), None, Followed(frozenset(), print), print)
    assert not workspace.read([str(pipe)])


def test_nothing_is_written_through_the_name_of_a_temporary_file(tree, script, tmp_path):
    """Whoever may make files there has made links of all names that could be guessed."""
    (tmp_path / "mine").write_text("mine")
    folder = tree({"vm.yaml": VM})
    for name in ("vm.yaml.tmp", ".vm.yaml.tmp", ".rtlint-.tmp", ".vm.yaml.swp", "vm.yaml~"):
        (folder / name).symlink_to(tmp_path / "mine")
    assert script(*FIX, "vm.yaml").returncode == 0
    assert (folder / "vm.yaml").read_text() == FIXED
    assert not (folder / "vm.yaml").is_symlink()
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_diff_says_of_no_other_file_than_it_is_about(repository, script):
    name = 'a\n--- a/victim\n+++ b/victim\n@@ -1 +1 @@\n-kept\n+lost\n"\t\\ é.yaml'
    (repository / "victim").write_text("kept\n")
    (repository / name).parent.mkdir(parents=True)
    (repository / name).write_text(VM)
    done = script("--diff", "--select", "RT101", name)
    assert done.returncode == 1
    subprocess.run(["git", "apply"], input=done.stdout, check=True)
    assert (repository / "victim").read_text() == "kept\n"
    assert (repository / name).read_text() == FIXED


# Terminals and logs.

LINES = [
    *(f"check --output-format {each}" for each in FORMATS),
    *(f"preview --output-format {each}" for each in ("text", "json", "xml", "html")),
    "preview --effective",
    "check --preview --statistics --verbose",
    "check --color always --fix --unsafe-fixes",
]


def shown(done):
    """Standard output and error, without rtlint's own colours."""
    return re.sub(r"\x1b\[\d*m", "", done.out + "\n" + done.err)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("where", [".", NAME], ids=["folder", "file"])
def test_nothing_of_a_manifest_acts_on_a_terminal_or_a_log(tree, script, line, where):
    tree({NAME: HOSTILE_VM, f"{NAME}.json": UNREADABLE})
    done = script(*line.split(), where)
    assert len(done.out) > 100
    assert not (found := ACTIVE.search(shown(done))), (found, done.out, done.err)


@pytest.mark.parametrize(
    "files",
    [
        {".rtlint.yaml": f"{ESCAPED}: 1\n"},
        {".rtlint.yaml": f"fail-on: {ESCAPED}\nselect: [{ESCAPED}]\n"},
        {".rtlint.yaml": f"per-file-ignores: {{{ESCAPED}: RT1}}\nexclude: [{ESCAPED}]\n"},
        {".rtlint.yaml": f"baseline: {ESCAPED}\n"},
        {".rtlint.yaml": f"cluster: {ESCAPED}\n"},
        {".rtlint.yaml": f"severity: {{{ESCAPED}: error}}\nrules: {{{ESCAPED}: {{}}}}\n"},
        {".rtlint.yaml": "\x1b[2J\n"},
        {"pyproject.toml": f"[tool.rtlint]\n{json.dumps('::a')} = 1\n\x1b"},
        {f"{NAME}/.rtlint.yaml": "a: b\n", f"{NAME}/vm.yaml": VM},
    ],
)
def test_nothing_of_a_configuration_acts_on_a_terminal_or_a_log(tree, script, files):
    tree({"vm.yaml": VM, **files})
    for line in ("check --verbose .", "config vm.yaml"):
        done = script(*line.split())
        assert not (found := ACTIVE.search(shown(done))), (found, done.out, done.err)


def test_nothing_of_a_name_acts_where_it_is_not_found(tree, script):
    tree({"vm.yaml": VM})
    for args in (
        [NAME], [f"--{NAME}"], ["preview", NAME], ["--cluster", NAME, "."], ["explain", NAME],
        ["--baseline", NAME, "."], ["--config", NAME, "."], ["--select", NAME, "."],
        ["--output-format", NAME, "."], ["preview", "--host", NAME, "."], ["--diff-base", NAME],
        ["--kubevirt-version", NAME, "."], ["--output-file", f"{NAME}/x", "."],
    ):  # fmt: skip
        done = script(*args)
        assert done.returncode == 2, args
        assert not (found := ACTIVE.search(shown(done))), (found, args, done.out, done.err)


def test_a_diff_on_a_terminal(tree):
    """To a file it goes as it is: a patch must name every byte."""
    tree({"vm.yaml": VM.replace("host-model", "host-model # \u202e")})
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "rtlint", "--diff", "--select", "RT101", "vm.yaml"]
    process = subprocess.Popen(command, stdout=theirs)
    os.close(theirs)
    data = b""
    try:
        while chunk := os.read(ours, 4096):
            data += chunk
    except OSError:
        # The other end is closed.
        pass
    finally:
        os.close(ours)
    assert process.wait() == 1
    text = data.decode().replace("\r\n", "\n")
    assert "+      model: host-passthrough # \ufffd" in text
    assert not ACTIVE.search(text)


def test_reports_give_programs_every_character_back(tree, script):
    tree({"vm.yaml": HOSTILE_VM})
    made = json.loads(script("--output-format", "json", "--fail-on", "never", ".").out)
    assert HOSTILE in {d["resource"]["name"] for d in made["diagnostics"] if d["resource"]}
    [shown] = json.loads(script("preview", "--output-format", "json", ".").out)["previews"]
    # What XML does not hold Go's encoder replaces.
    model = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", HOSTILE)
    assert ET.fromstring(shown["domain"]).findtext("cpu/model") == model
    root = ET.fromstring(script("preview", "--output-format", "xml", ".").out)
    assert root.findtext("cpu/model") == model


def test_a_baseline_is_read_back_whatever_the_names(tree, script):
    tree({NAME: HOSTILE_VM})
    for _ in range(2):
        assert script("--write-baseline", ".").returncode == 0
        done = script("--baseline", ".rtlint-baseline.yaml", ".")
        assert done.returncode == 0, done.out + done.err
