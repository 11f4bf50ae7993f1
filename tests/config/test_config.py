"""Configuration: what counts for which file, and what is said about mistakes."""

import json
import sys

import jsonschema
import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.project.configure import Asked, Configurations
from rtlint.project.files import Unusable
from rtlint.yaml.source import Source

sys.path.insert(0, str(ROOT / "scripts"))
from make_config_schema import SCHEMA, text

VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec: {domain: {cpu: {cores: 2, realtime: {}}, memory: {hugepages: {pageSize: 2Mi}}, devices: {}}}
"""
OWN_RULE = '''"""Every VM has a name of the site."""
from rtlint.lint.rule import Finding, Rule
RULE = Rule("SITE001", "site-name", "warning", "object")
def check(obj, context):
    yield Finding("metadata.name", "Not a name of the site.")
'''


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Write files by their names in a repository, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()

    def write(**files):
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/")
            path = path.with_name(path.name.replace("_", "."))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)

    return write


def in_force(path, **asked):
    return Configurations(Asked(**asked)).settings(path, Settings())


def found(path, **asked):
    result = lint(Source(path, VM), in_force(path, **asked))
    return {d.rule: d.severity for d in result.diagnostics}


def test_the_nearest_counts_alone(tree):
    tree(_rtlint_yaml="select: RT4", a__rtlint_yaml="ignore: [RT4]", a__b__pyproject_toml="x")
    assert set(found("vm.yaml")) <= {"RT401", "RT402", "RT404", "RT407"}
    assert "RT101" in found("a/b/vm.yaml")
    assert "RT401" not in found("a/b/vm.yaml")
    assert {"RT101", "RT401"} <= set(found("a/b/vm.yaml", looks=False))
    assert "RT101" not in found("a/b/vm.yaml", file=".rtlint.yaml")


def test_the_search_ends_at_the_repository(tree):
    tree(_rtlint_yaml="select: RT4")
    tree(inner__x="")
    from pathlib import Path

    Path("inner/.git").mkdir()
    assert "RT101" in found("inner/vm.yaml")


def test_pyproject(tree):
    tree(pyproject_toml='[tool.rtlint]\nselect = ["RT101"]\n[tool.rtlint.severity]\nRT1 = "info"\n')
    assert found("vm.yaml") == {"RT101": "info"}


def test_what_a_configuration_says_of_a_file(tree):
    tree(
        _rtlint_yaml="""
kubevirt-version: v0.58.0
severity: {RT101: warning, hugepages-1gi: info}
per-file-ignores: {"lab/**": RT401, "*.yml": [RT402]}
rules: {RT301: {page-sizes: [2Mi]}}
"""
    )
    assert str(in_force("vm.yaml").release) == "v0.58.0"
    assert found("vm.yaml")["RT101"] == "warning"
    assert "RT301" not in found("vm.yaml")
    assert {"RT401", "RT402"} <= set(found("vm.yaml"))
    assert "RT401" not in found("lab/x/vm.yaml")
    assert "RT402" not in found("vm.yml")


def test_the_command_line_wins_key_by_key(tree):
    tree(_rtlint_yaml="{kubevirt-version: v1.0, ignore: RT101, no-suppressions: true}")
    settings = in_force("vm.yaml", given=frozenset({"kubevirt-version"}))
    assert settings.release == Settings().release
    assert "RT101" not in {rule.id for rule in settings.rules}
    assert not settings.suppress


def test_exclude_on_both_sides(tree):
    tree(a__rtlint_yaml="exclude: [gen/, 'x*.yaml']")
    configurations = Configurations(Asked(exclude=("a/y.yaml",)))
    paths = ["a/gen/vm.yaml", "a/b/x1.yaml", "a/y.yaml", "a/vm.yaml", "gen/vm.yaml"]
    excluded = ["a/gen/vm.yaml", "a/b/x1.yaml", "a/y.yaml"]
    assert [path for path in paths if configurations.excludes(path)] == excluded


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("fail-on: error\nselct: RT1", 2, "`selct` is no key of the configuration; did you mean"),
        ("fail-on: eror", 1, "not `eror`; did you mean `error`?"),
        ("kubevirt-version: [1.9]", 1, "`kubevirt-version` must be a string, not `[1.9]`"),
        ("output-file: [1.9]", 1, "must be a string, not `1.9`; put it in quotes"),
        ("kubevirt-version: 1.99", 1, "KubeVirt 1.99 is not known"),
        ("severity: {RT101: false}", 1, "not `False`"),
        ("kubevirt-version: v7.1", 1, "`kubevirt-version`: "),
        ("select:\n  - RT1\n  - 5", 3, "`select[1]` must be a string"),
        ('cluster: ""', 1, "`cluster` is empty; name a file, or leave the key out"),
        ("ignore: [memballon]", 1, "did you mean `RT401` (memballoon)?"),
        ("severity:\n  RT1: info\n  RT999: info", 3, "`RT999` names no rule"),
        ("severity: {RT101: fatal}", 1, "not `fatal`"),
        ("per-file-ignores:\n  'a': RT1\n  'b': [RT999]", 3, "`RT999` names no rule"),
        ("rules:\n  RT301:\n    page-size: [2Mi]", 3, "did you mean `page-sizes`?"),
        ("rules:\n  RT301:\n    page-sizes: 2Mi", 3, "must be a list of text"),
        ("rules:\n  RT100:\n    match: {name: [a]}", 3, "did you mean `names`?"),
        ("rules:\n  RT100: {match: {labels: {a: 1}}}", 2, "put numbers in quotes"),
        ("rules: {RT101: {a: 1}}", 1, "has no options"),
        ("rules:\n  nix: {}", 2, "names no rule"),
        ("exclude:\n  - a\n  - '!'", 3, "`exclude`: `!` is no pattern"),
        ("per-file-ignores:\n  'a': RT1\n  '!': RT1", 3, "`!` is no pattern"),
        ("exclude: a\nfail-on: [", 2, "Not valid YAML"),
        ("- a", 1, "mapping"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tree, content, line, said):
    tree(_rtlint_yaml=content)
    with pytest.raises(Unusable) as raised:
        in_force("vm.yaml")
    assert str(raised.value).startswith(f".rtlint.yaml:{line}: ")
    assert said in str(raised.value)


def test_a_pattern_on_the_command_line_that_is_none(rtlint):
    done = rtlint("--exclude", "!", "examples")
    assert done.returncode == 2
    assert done.err == "rtlint: --exclude: `!` is no pattern as in .gitignore\n"


def test_a_mistake_in_pyproject(tree):
    tree(pyproject_toml='[project]\nname = "a"\n\n[tool.rtlint]\nselect = []\nfoo = 1\n')
    with pytest.raises(Unusable, match=r"^pyproject.toml:6: `foo` is no key"):
        in_force("vm.yaml")


def test_rules_of_ones_own_run_only_where_they_are_named(tree):
    tree(_rtlint_yaml="{rule-paths: [own], select: SITE}", own__site001="")
    from pathlib import Path

    Path("own/site001_site_name.py").write_text(OWN_RULE)
    with pytest.raises(Unusable, match="`SITE` names no rule"):
        in_force("vm.yaml")
    base = Configurations(Asked(file=".rtlint.yaml"))
    from rtlint.lint.registry import select_rules

    every = Settings(rules=select_rules([], [], base.rules))
    result = lint(Source("vm.yaml", VM), base.settings("vm.yaml", every))
    assert [(d.rule, d.field) for d in result.diagnostics] == [("SITE001", "metadata.name")]
    Path("own/site002_broken.py").write_text("1 / 0")
    with pytest.raises(Unusable, match=r"site002_broken.py: not a rule .* ZeroDivisionError"):
        Configurations(Asked(rule_paths=("own",)))


def test_the_schema_is_the_model_s_and_admits_the_page_s_example():
    assert SCHEMA.read_text() == text(), "run `python scripts/make_config_schema.py`"
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    page = (ROOT / "docs" / "configuration.md").read_text()
    example = YAML(typ="safe").load(page.split("```yaml\n")[1].split("```")[0])
    jsonschema.Draft202012Validator(schema).validate(example)
    for key in schema["properties"]:
        assert f"`{key}`" in page


def test_a_release_and_a_level_need_no_quotes(tree):
    tree(
        _rtlint_yaml="kubevirt-version: 1.10\nseverity: {RT4: off, RT401: Off, RT402: warning}",
        a__rtlint_yaml="kubevirt-version: 1.0",
        b__pyproject_toml="[tool.rtlint]\nkubevirt-version = 1.0\nseverity.RT101 = 'off'",
    )
    with pytest.raises(Unusable, match=r"KubeVirt 1\.10 is not known"):
        in_force("vm.yaml")
    assert in_force("a/vm.yaml").release == in_force("b/vm.yaml").release == (1, 0, 1)
    assert "RT101" not in found("b/vm.yaml")
    tree(_rtlint_yaml="severity: {RT4: off, RT402: warning}")
    assert {rule for rule in found("vm.yaml") if rule.startswith("RT4")} == {"RT402"}


def test_all_mistakes_are_told_at_once(tree):
    tree(
        _rtlint_yaml="selct: RT1\nextends: base/none.yaml\nignore: [RT999, 5]\nkubevirt-version: 7",
        a__rtlint_yaml="extends: ../base/base.yaml\nignore: RT999",
        base__base_yaml="exclude:\n- 5\n- '!'\nseverity: {RT101: fatal, RT999: info}",
    )
    with pytest.raises(Unusable) as raised:
        in_force("vm.yaml")
    assert [line.split(": ")[0] for line in raised.value.messages] == [
        ".rtlint.yaml:1",
        ".rtlint.yaml:3",
        ".rtlint.yaml:3",
        ".rtlint.yaml:4",
        ".rtlint.yaml:2",
    ]
    with pytest.raises(Unusable) as raised:
        in_force("a/vm.yaml")
    assert [line.split(": ")[0] for line in raised.value.messages] == [
        "a/rtlint.yaml:2",
        *(f"base/base.yaml:{line}" for line in (2, 3, 4, 4)),
    ]


def test_what_extends_another_goes_over_it_key_by_key(tree):
    tree(
        _rtlint_yaml="""
kubevirt-version: v1.0
fail-on: error
ignore: RT103
severity: {RT101: info, RT4: warning, RT402: off}
rules: {RT301: {page-sizes: [2Mi]}, realtime-missing: {match: {names: [rt]}}}
per-file-ignores: {"a/b/*": RT101}
exclude: [a/gen]
cluster: kubevirt.yaml
""",
        a__rtlint_yaml="""
extends: ../.rtlint.yaml
kubevirt-version: v1.1
ignore: [RT104]
severity: {RT402: error}
rules: {realtime-missing: {match: {names: [du]}}}
per-file-ignores: {"b/*": RT401}
""",
        only__rtlint_yaml="{extends: ../a/rtlint.yaml, select: [RT101, RT103, RT104]}",
        kubevirt_yaml="{apiVersion: kubevirt.io/v1, kind: KubeVirt, metadata: {name: kv}}",
    )
    settings = in_force("a/vm.yaml")
    assert (settings.release.minor, dict(settings.options)) == (
        1,
        {
            "hugepages-1gi": {"page-sizes": ["2Mi"]},
            "realtime-missing": {"match": {"names": ["du"]}},
        },
    )
    severities = found("a/vm.yaml")
    assert (severities["RT101"], severities["RT401"], severities["RT402"]) == (
        "info",
        "warning",
        "error",
    )
    assert not {"RT103", "RT104"} & {rule.id for rule in settings.rules}
    # The patterns of each file are meant from its own folder.
    assert not {"RT101", "RT401"} & found("a/b/vm.yaml").keys()
    configurations = Configurations(Asked())
    assert configurations.excludes("a/gen/vm.yaml")
    assert not configurations.excludes("a/a/gen/vm.yaml")
    assert configurations.of("a").values["fail-on"] == "error"
    assert {rule.id for rule in in_force("only/vm.yaml").rules} == {"RT101", "RT103", "RT104"}


def test_only_a_file_of_the_same_repository_is_extended(tree, tmp_path):
    tree(
        a__rtlint_yaml="extends: ../b.yaml",
        b_yaml="extends: a/rtlint.yaml",
        c__rtlint_yaml="extends: ../inner/x.yaml",
        inner__x_yaml="",
        inner__git__x="",
        d__rtlint_yaml="extends: none.yaml",
        e__rtlint_yaml="extends: pipe",
    )
    import os
    from pathlib import Path

    Path("inner/git").rename("inner/.git")
    os.mkfifo("e/pipe")
    for folder, said in (
        ("a", "b.yaml:1: `extends`: a/rtlint.yaml extends this file in turn"),
        ("c", "c/rtlint.yaml:1: `extends`: inner/x.yaml lies outside of the repository"),
        ("d", "d/rtlint.yaml:1: `extends`: d/none.yaml is no file"),
        ("e", "e/rtlint.yaml:1: `extends`: e/pipe is no file"),
    ):
        with pytest.raises(Unusable) as raised:
            in_force(f"{folder}/vm.yaml")
        assert str(raised.value).startswith(said)


def test_on_the_command_line(rtlint, tree, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    tree(_rtlint_yaml="select: [RT101]\nseverity: {RT101: info}\nquiet: true\n", vm_yaml=VM)
    done = rtlint("vm.yaml", cwd=tmp_path)
    assert (done.returncode, done.out.count("info RT101")) == (0, 1)
    assert "Found" not in done.out
    assert rtlint("vm.yaml", "--fail-on", "info", cwd=tmp_path).returncode == 1
    shown = rtlint("config", "vm.yaml", cwd=tmp_path).out.splitlines()
    assert shown[0] == "# vm.yaml: .rtlint.yaml"
    assert [line.split("  #")[1] for line in shown if line.startswith("severity")] == [
        " .rtlint.yaml:2"
    ]
    assert "fail-on: warning" in "\n".join(shown)
    tree(_rtlint_yaml="selct: RT1")
    wrong = rtlint("vm.yaml", cwd=tmp_path)
    assert (wrong.returncode, wrong.out) == (2, "")
    assert wrong.err.startswith("rtlint: .rtlint.yaml:1: ")
