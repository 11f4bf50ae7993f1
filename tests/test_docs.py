"""The documentation is made from the rules' own text, and shows real output."""

import json
import re
import sys
import tomllib

from conftest import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
import make_commands
from make_docs import pages


def test_rule_pages_are_up_to_date():
    written = {path.name: path.read_text() for path in (ROOT / "docs" / "rules").glob("*.md")}
    assert written == pages(), "run `python scripts/make_docs.py`"


def test_the_command_reference_is_the_commands_own_help():
    assert make_commands.PAGE.read_text() == make_commands.page(), (
        "run `python scripts/make_commands.py`"
    )


def test_readme_shows_real_output(rtlint):
    readme = (ROOT / "README.md").read_text()
    shown = re.findall(r"```text\n\$ rtlint (.*)\n((?:.*\n)*?)```", readme)
    assert shown
    for args, output in shown:
        assert rtlint(*args.split()).out.strip() == output.strip()


def test_the_preview_s_page_shows_real_output(rtlint):
    page = (ROOT / "docs" / "preview.md").read_text()
    shown = re.findall(r"```console\n\$ rtlint (.*)\n((?:.*\n)*?)```", page)
    assert len(shown) == 3
    for command, output in shown:
        args, _, pattern = command.partition(" | grep -E ")
        lines = rtlint(*args.split()).out.splitlines()
        if pattern:
            lines = [line for line in lines if re.search(pattern.strip("'"), line)]
        # `…` stands for the rest.
        whole, _, _ = output.partition("…")
        assert "\n".join(lines).startswith(whole.strip("\n"))


def test_ci_runs_the_readmes_test_command():
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert blocks[1].strip() in (ROOT / ".ci" / "run").read_text()


def test_the_editors_configurations_are_well_formed():
    page = (ROOT / "docs" / "editors.md").read_text()
    snippets = re.findall(r"^```(json|toml)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert [language for language, _ in snippets] == ["json", "toml", "json"]
    code, helix, _ = [
        json.loads(text) if language == "json" else tomllib.loads(text)
        for language, text in snippets
    ]
    assert set(helix["language-server"]) <= set(helix["language"][0]["language-servers"])
    extension = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text())
    known = extension["contributes"]["configuration"]["properties"]
    assert {name for name in code if name.startswith("rtlint.")} <= set(known)
    assert f"rtlint-{extension['version']}.vsix" in page
