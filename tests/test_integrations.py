"""Every snippet that is meant to be copied: it is well-formed, and its commands run."""

import json
import os
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET

import jsonschema
import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from rtlint.cli.check import command

PAGE = (ROOT / "docs" / "integrations.md").read_text()
SNIPPETS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SHELL = [text for language, text in SNIPPETS if language == "sh"]
# What prints manifests in the snippets, and may not be there.
PRINTERS = ("kustomize", "helm", "argocd", "flux", "kubectl")
KUBEVIRT = "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nmetadata: {name: kubevirt}\n"


def read(text):
    return YAML(typ="safe").load(text)


def yaml_snippet(name):
    """The snippet that begins with the name of its file."""
    (found,) = (text for _, text in SNIPPETS if text.startswith(f"# {name}\n"))
    return read(found)


def validate(document, schema):
    builtin = pytest.importorskip("check_jsonschema.builtin_schemas")
    # As JSON, in which every key is a string: `on` is one for GitHub.
    jsonschema.Draft7Validator(builtin.get_builtin_schema(schema)).validate(
        json.loads(json.dumps(document))
    )


@pytest.fixture
def shell(tmp_path):
    """Run a script where every tool that prints manifests prints those of an example."""
    tools, repository = tmp_path / "bin", tmp_path / "repository"
    tools.mkdir()
    repository.mkdir()

    def put(name, script):
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)

    def run(script, example, interpreter=("bash", "-euo", "pipefail", "-c"), **env):
        manifest = ROOT / "examples" / example
        (repository / "vm.yaml").write_text(manifest.read_text())
        (tmp_path / "kubevirt.yaml").write_text(KUBEVIRT)
        for tool in PRINTERS:
            put(tool, f"cat '{manifest}'")
        put(
            "kubectl",
            f"case $2 in kubevirt) cat '{tmp_path}/kubevirt.yaml';; *) cat '{manifest}';; esac",
        )
        put("rtlint", f"exec '{sys.executable}' -m rtlint \"$@\"")
        # The image is built from the README's command, and its entry point is rtlint.
        put("docker", 'case $1 in run) shift 5; exec rtlint "$@";; esac')
        path = f"{tools}:{os.environ['PATH']}"
        return subprocess.run(
            [*interpreter, script],
            cwd=repository,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **env},
            capture_output=True,
            text=True,
            check=False,
        )

    run.tools, run.repository = tools, repository
    return run


@pytest.mark.parametrize("script", SHELL, ids=lambda text: text.split()[0])
def test_shell_snippets_let_right_manifests_pass_and_stop_wrong_ones(shell, script):
    right = shell(script, "realtime.yaml")
    assert (right.returncode, right.stderr) == (0, "")
    assert "All clean: 1 file, 1 VM, 1 realtime" in right.stdout
    wrong = shell(script, "mixed.yaml")
    assert wrong.returncode == 1
    assert "error RT101" in wrong.stdout


def test_every_tool_of_the_page_is_run():
    assert all(any(f"{tool} " in script for script in SHELL) for tool in (*PRINTERS, "docker"))


def test_the_pre_commit_snippet_names_hooks_that_there_are():
    clientlib = pytest.importorskip("pre_commit.clientlib")
    hooks = clientlib.load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))
    (repo,) = yaml_snippet(".pre-commit-config.yaml")["repos"]
    assert {hook["id"] for hook in repo["hooks"]} <= {hook["id"] for hook in hooks}
    assert "`rtlint-fix`" in PAGE
    assert "`rtlint-docs`" in PAGE
    assert [hook["id"] for hook in hooks] == ["rtlint", "rtlint-docs", "rtlint-fix"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_hooks_run_commands_that_there_are(shell, number):
    hook = read((ROOT / ".pre-commit-hooks.yaml").read_text())[number]
    entry = " ".join([hook["entry"], *hook["args"]])
    assert shell(f"{entry} vm.yaml", "realtime.yaml").returncode == 0
    assert shell(f"{entry} vm.yaml", "mixed.yaml").returncode == 1


# A file whose name is an option, and the rule that its text would have run.
TRAP = {
    "--config=x.yaml": "rule-paths: [own]\nselect: [OWN001]\n",
    "own/own001_mine.py": "import os, pathlib\npathlib.Path(os.environ['OWNED']).touch()\n"
    + (ROOT / "rules" / "rt101_cpu_host_passthrough.py").read_text(),
}


@pytest.fixture
def trap(shell, monkeypatch, tmp_path):
    """A tree with the trap; the file that its code makes."""
    for name, text in TRAP.items():
        (shell.repository / name).parent.mkdir(exist_ok=True)
        (shell.repository / name).write_text(text)
    monkeypatch.setenv("OWNED", str(tmp_path / "owned"))
    return tmp_path / "owned"


def test_the_trap_catches(shell, trap):
    shell("rtlint --config x.yaml . || mv -- --config=x.yaml x.yaml; rtlint --config=x.yaml .",
          "realtime.yaml")  # fmt: skip
    assert trap.exists()


@pytest.mark.parametrize(
    "script", ["rtlint *", "rtlint check *", "rtlint -q *", "rtlint preview *"]
)
def test_a_file_s_name_is_no_option_whatever_the_script_forgets(shell, trap, script):
    done = shell(script, "realtime.yaml")
    assert done.returncode == 2
    assert "`--config=x.yaml` is an option, and a file of that name is here" in done.stderr
    assert not trap.exists()


@pytest.mark.parametrize("script", ["rtlint *", "rtlint -- *", "rtlint check -q -- *"])
def test_a_file_that_is_called_as_standard_input_is_not_waited_for(shell, script):
    (shell.repository / "-").write_text("")
    done = shell(script, "realtime.yaml")
    assert done.returncode == 2
    assert "`-` is standard input, and a file of that name is here; rename" in done.stderr


@pytest.mark.parametrize("hook", ["rtlint", "rtlint-fix"])
@pytest.mark.parametrize("args", [None, ["--select", "RT101", "--"], ["--select", "RT101"]])
def test_pre_commit_takes_no_file_s_name_for_an_option(shell, trap, tmp_path, hook, args):
    pytest.importorskip("pre_commit")
    hooks = {each["id"]: each for each in read((ROOT / ".pre-commit-hooks.yaml").read_text())}
    # As it stands, but for the environment that pre-commit would install it in.
    ours = {**hooks[hook], "language": "system", **({} if args is None else {"args": args})}
    config = {"repos": [{"repo": "local", "hooks": [ours]}]}
    (shell.repository / ".pre-commit-config.yaml").write_text(json.dumps(config))
    home = {"PRE_COMMIT_HOME": str(tmp_path / "home")}
    run = f"git init -q && git add . && '{sys.executable}' -P -m pre_commit run --all-files"
    done = shell(run, "mixed.yaml", **home)
    assert not trap.exists()
    if args == ["--select", "RT101"]:
        assert "`--config=x.yaml` is an option, and a file of that name is here" in done.stdout
    else:
        assert "no VM in --config=x.yaml" in done.stdout
    assert done.returncode == 1


def test_the_hook_for_documentation_reads_its_files_and_no_other(shell, tmp_path):
    pytest.importorskip("pre_commit")
    hooks = {each["id"]: each for each in read((ROOT / ".pre-commit-hooks.yaml").read_text())}
    ours = {**hooks["rtlint-docs"], "language": "system"}
    config = {"repos": [{"repo": "local", "hooks": [ours]}]}
    (shell.repository / ".pre-commit-config.yaml").write_text(json.dumps(config))
    broken = (ROOT / "examples" / "mixed.yaml").read_text()
    (shell.repository / "a.md").write_text(f"```yaml\n{broken}```\n")
    (shell.repository / "b.adoc").write_text(f"[source,yaml]\n----\n{broken}----\n")
    home = {"PRE_COMMIT_HOME": str(tmp_path / "home")}
    run = f"git init -q && git add . && '{sys.executable}' -P -m pre_commit run --all-files"
    done = shell(run, "mixed.yaml", **home)
    assert done.returncode == 1
    assert "a.md:" in done.stdout
    assert "b.adoc:" in done.stdout
    assert "vm.yaml:" not in done.stdout


def test_the_workflow_uses_the_action_s_inputs():
    workflow = yaml_snippet(".github/workflows/rtlint.yaml")
    validate(workflow, "vendor.github-workflows")
    step = workflow["jobs"]["rtlint"]["steps"][1]
    action = read((ROOT / "action.yml").read_text())
    assert step["uses"].startswith("rtlint/rtlint@")
    assert set(step["with"]) <= set(action["inputs"])
    for name in action["inputs"]:
        assert f"`{name}`" in PAGE


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        (".github/workflows/ci.yml", "vendor.github-workflows"),
        (".github/workflows/release.yml", "vendor.github-workflows"),
        (".github/dependabot.yml", "vendor.dependabot"),
    ],
)
def test_our_own_workflows_are_some(path, schema):
    validate(read((ROOT / path).read_text()), schema)


def test_the_action_is_one():
    action = read((ROOT / "action.yml").read_text())
    validate(action, "vendor.github-actions")
    # An input in a script would be code.
    assert not [s for s in action["runs"]["steps"] if "${{" in s.get("run", "")]


def test_the_action_annotates_and_writes_sarif(shell):
    steps = {s.get("name"): s for s in read((ROOT / "action.yml").read_text())["runs"]["steps"]}
    (shell.tools.parent / "rtlint" / "bin").mkdir(parents=True)
    (shell.tools.parent / "rtlint" / "bin" / "rtlint").symlink_to(shell.tools / "rtlint")
    inputs = {"ARGS": "--kubevirt-version v1.3", "PATHS": ".", "SARIF": "out put.sarif"}
    env = {**inputs, "RUNNER_TEMP": str(shell.tools.parent)}
    assert set(steps["Lint"]["env"]) == set(inputs)
    done = shell(steps["Lint"]["run"], "mixed.yaml", **env)
    assert done.returncode == 1
    assert "::error title=RT101 cpu-host-passthrough,file=vm.yaml,line=" in done.stdout
    (run,) = json.loads((shell.repository / "out put.sarif").read_text())["runs"]
    assert run["properties"]["kubevirt"].startswith("v1.3.")


LINT = read((ROOT / "action.yml").read_text())["runs"]["steps"][2]
GITLAB = read((ROOT / "integrations" / "gitlab-ci.yml").read_text())


@pytest.mark.parametrize(
    ("script", "inputs", "report"),
    [
        (LINT["run"], {"ARGS": "--exclude *.gen.yaml", "PATHS": "*", "SARIF": "a b"}, "a b"),
        (
            "\n".join(GITLAB["rtlint"]["script"]),
            {"RTLINT_ARGS": "--exclude *.gen.yaml", "RTLINT_PATHS": "*"},
            "rtlint-junit.xml",
        ),
    ],
    ids=["action", "gitlab"],
)
def test_what_comes_with_a_change_is_neither_option_nor_report(
    shell, trap, tmp_path, script, inputs, report
):
    (shell.tools.parent / "rtlint" / "bin").mkdir(parents=True)
    (shell.tools.parent / "rtlint" / "bin" / "rtlint").symlink_to(shell.tools / "rtlint")
    (tmp_path / "mine").write_text("mine")
    (shell.repository / report).symlink_to(tmp_path / "mine")
    (shell.repository / "--version.gen.yaml").write_text("")
    done = shell(script, "mixed.yaml", RUNNER_TEMP=str(tmp_path), **inputs)
    assert (done.returncode, trap.exists()) == (1, False)
    assert (tmp_path / "mine").read_text() == "mine"
    assert "RT101" in (shell.repository / report).read_text()
    # Where nothing can be linted there is no report at all.
    (shell.repository / report).write_text("{}")
    args = {name: "--no-such-option" for name in inputs if name.endswith("ARGS")}
    done = shell(script, "mixed.yaml", RUNNER_TEMP=str(tmp_path), **{**inputs, **args})
    assert (done.returncode, (shell.repository / report).exists()) == (2, False)


BACKEND = """\
import zipfile
FILES = {"METADATA": "Metadata-Version: 2.1|Name: rtlint|Version: 1|", "RECORD": "",
         "WHEEL": "Wheel-Version: 1.0|Root-Is-Purelib: true|Tag: py3-none-any|"}
def build_wheel(folder, *_):
    with zipfile.ZipFile(f"{folder}/rtlint-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("rtlint_of_the_action.py", "")
        for name, text in FILES.items():
            wheel.writestr(f"rtlint-1.dist-info/{name}", text.replace("|", chr(10)))
    return "rtlint-1-py3-none-any.whl"
"""


def test_the_action_imports_nothing_of_the_workspace(shell, tmp_path):
    pytest.importorskip("ensurepip")
    install = read((ROOT / "action.yml").read_text())["runs"]["steps"][1]
    assert install["working-directory"] == "${{ runner.temp }}"
    # Even where it were the workspace.
    owned = "import os, pathlib\npathlib.Path(os.environ['OWNED']).touch()\n"
    for name in ("venv", "pip/__init__", "pip/__main__", "ensurepip/__main__", "sitecustomize",
                 "site", "os", "subprocess", "zipfile", "backend"):  # fmt: skip
        (shell.repository / f"{name}.py").parent.mkdir(exist_ok=True)
        (shell.repository / f"{name}.py").write_text(owned)
    action = tmp_path / "action"
    action.mkdir()
    (action / "backend.py").write_text(BACKEND)
    build = 'requires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (action / "pyproject.toml").write_text(f"[build-system]\n{build}")
    env = {
        "PYTHON": sys.executable,
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_ACTION_PATH": str(action),
        "OWNED": str(tmp_path / "owned"),
        "PIP_NO_INDEX": "1",
        "PYTHONPATH": "",
    }
    done = shell(install["run"], "realtime.yaml", **env)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "owned").exists()
    assert [*(tmp_path / "temp").rglob("rtlint_of_the_action.py")]


def test_gitlab_s_job_imports_nothing_of_the_workspace(shell, tmp_path):
    [install] = GITLAB["rtlint"]["before_script"]
    (shell.repository / "pip").mkdir()
    owned = "import os, pathlib\npathlib.Path(os.environ['OWNED']).touch()\n"
    (shell.repository / "pip" / "__main__.py").write_text(owned)
    (shell.repository / "pip" / "__init__.py").write_text(owned)
    (shell.repository / "sitecustomize.py").write_text(owned)
    (shell.tools / "python3").symlink_to(sys.executable)
    install = re.sub(r"https://\S+", "--no-index no-such-package", install)
    done = shell(install, "realtime.yaml", OWNED=str(tmp_path / "owned"), PYTHONPATH="")
    assert "no-such-package" in done.stderr
    assert not (tmp_path / "owned").exists()


def test_the_gitlab_job_writes_the_reports_that_it_declares(shell):
    template = read((ROOT / "integrations" / "gitlab-ci.yml").read_text())
    validate(template, "vendor.gitlab-ci")
    validate(yaml_snippet(".gitlab-ci.yml"), "vendor.gitlab-ci")
    assert set(yaml_snippet(".gitlab-ci.yml")["variables"]) == set(template["variables"])
    job = template["rtlint"]
    done = shell("\n".join(job["script"]), "mixed.yaml", **template["variables"])
    assert done.returncode == 1
    reports = job["artifacts"]["reports"]
    assert json.loads((shell.repository / reports["codequality"]).read_text())
    root = ET.parse(shell.repository / reports["junit"]).getroot()
    assert int(root.get("failures")) > 0


def test_the_argo_cd_plugin_prints_manifests_or_fails(shell):
    plugin = read((ROOT / "integrations" / "argocd-plugin.yaml").read_text())
    generate = plugin["spec"]["generate"]
    assert generate["command"] == ["sh", "-c"]
    (script,) = generate["args"]
    right = shell(script, "realtime.yaml", generate["command"])
    assert right.returncode == 0
    # Argo CD takes standard output for the manifests: nothing else may stand there.
    assert read(right.stdout) == read((ROOT / "examples" / "realtime.yaml").read_text())
    wrong = shell(script, "mixed.yaml", generate["command"])
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "rendered.yaml:" in wrong.stderr
    assert "error RT101" in wrong.stderr


def test_the_image_is_built_with_the_readme_s_command():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    readme = re.search(r"```sh\n(.*?) && rtlint", (ROOT / "README.md").read_text())
    assert [line.removeprefix("RUN ") for line in lines if line.startswith("RUN ")] == [readme[1]]
    assert 'ENTRYPOINT ["rtlint"]' in lines


def test_the_image_holds_what_the_wheel_needs():
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", project["project"]["readme"]}
    assert kept >= {*needed, *wheel["packages"], *wheel["force-include"]}


def test_every_option_of_the_snippets_is_one():
    there = {option for parameter in command.params for option in parameter.opts}
    texts = [*SHELL, (ROOT / "action.yml").read_text()]
    texts.append((ROOT / "integrations" / "gitlab-ci.yml").read_text())
    used = {
        option
        for text in texts
        for call in re.findall(r"rtlint (?:check )?((?:[^|\n]|\\\n)*)", text)
        for option in re.findall(r"(?<!\S)--[a-z-]+", call)
    }
    assert "--output-format" in used
    assert used <= there


PAGES = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "integrations").glob("*.y*ml")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_come_behind_two_dashes_in_every_snippet(page):
    """`-` is no file's name, and what a page shows with `$ rtlint` is output, not to be copied."""
    text = page.read_text()
    snippets = re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if page.suffix == ".md" else [text]
    for snippet in snippets:
        for call in re.findall(r"(?<!--tag )\brtlint ((?:\\\n|[^\n;&|#])+)", snippet):
            words = call.replace("\\\n", " ").split()
            if words[-1] in (".", "examples") or "PATH" in words[-1] or "$" in words[-1]:
                assert words[-2:-1] == ["--"], call


def test_the_folders_that_the_page_links_to_are_there():
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
