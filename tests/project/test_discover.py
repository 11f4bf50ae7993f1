"""Which files a run reads."""

import subprocess

import pytest
from conftest import GIT

from rtlint.project.discover import discover


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Make files in an empty folder; returns what discover finds there."""
    monkeypatch.chdir(tmp_path)

    def find(files, *paths):
        files = files if isinstance(files, dict) else dict.fromkeys(files, "")
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return [file.path for file in discover(paths or (".",))]

    return find


def test_folders_are_walked_for_manifests_in_the_order_of_their_paths(tree):
    assert tree(["b/z.yaml", "b/a/y.yml", "a.json", "b.txt", ".hidden/x.yaml", "yaml"]) == [
        ".hidden/x.yaml",
        "a.json",
        "b/a/y.yml",
        "b/z.yaml",
    ]


def test_vendored_and_tools_folders_are_left_out(tree):
    vendored = [".git/a.yaml", "vendor/a.yaml", "x/node_modules/a.yaml", ".venv/a.yaml"]
    assert tree(["a.yaml", *vendored]) == ["a.yaml"]


def test_a_vendored_folder_that_is_named_is_walked(tree):
    assert tree(["vendor/a.yaml"], "vendor") == ["vendor/a.yaml"]


def test_named_files_are_read_whatever_they_are_called(tree):
    assert tree([".gitignore", "vm.txt"], "vm.txt") == ["vm.txt"]
    assert tree({".gitignore": "vm.txt\n"}, "vm.txt", "none.yaml") == ["none.yaml", "vm.txt"]


def test_a_file_is_read_once_and_stays_named(tree):
    tree(["a/vm.yaml", "a/other.yaml"])
    for paths in (("a", "./a/vm.yaml"), ("a/vm.yaml", "a", "a/../a")):
        found = {file.path: file.explicit for file in discover(paths)}
        assert found == {"a/other.yaml": False, "a/vm.yaml": True}


def test_standard_input_is_handed_on(tree):
    assert tree(["a.yaml"], "-", ".") == ["-", "a.yaml"]


def test_gitignore_of_the_folder(tree):
    rules = "# comment\n\nsecret.yaml\n/build/\n*.gen.yaml\n!kept.gen.yaml\ndocs/**/x.yaml\n"
    files = ["secret.yaml", "a/secret.yaml", "build/a.yaml", "a/build/b.yaml", "z.gen.yaml"]
    files += ["kept.gen.yaml", "docs/a/b/x.yaml", "docs/y.yaml"]
    found = tree({".gitignore": rules, **dict.fromkeys(files, "")})
    assert found == ["a/build/b.yaml", "docs/y.yaml", "kept.gen.yaml"]


def test_a_nested_gitignore_has_the_last_word(tree):
    files = {".gitignore": "*.yaml\n", "a/.gitignore": "!in.yaml\n", "b/.gitignore": "c\n"}
    files |= dict.fromkeys(["a/in.yaml", "a/out.yaml", "in.yaml", "b/c/d.json", "b/e.json"], "")
    assert tree(files) == ["a/in.yaml", "b/e.json"]


def test_nothing_comes_back_from_an_ignored_folder(tree):
    files = {".gitignore": "a/\n!a/in.yaml\n", "a/.gitignore": "!in.yaml\n", "a/in.yaml": ""}
    assert tree(files) == []


def test_gitignore_above_the_folder_counts_up_to_the_repository(tree):
    files = {".gitignore": "*.yaml\n", "r/.gitignore": "out.*\n", "r/.git/HEAD": ""}
    files |= {"r/a/out.json": "", "r/a/in.yaml": ""}
    assert tree(files, "r/a") == ["r/a/in.yaml"]


def test_without_a_repository_nothing_above_the_folder_counts(tree):
    assert tree({".gitignore": "*.yaml\n", "a/in.yaml": ""}, "a") == ["a/in.yaml"]


def test_an_ignored_folder_that_is_named_is_walked(tree):
    files = {".gitignore": "build/\n", ".git/HEAD": "", "build/a.yaml": ""}
    assert tree(files) == []
    assert tree(files, "build") == ["build/a.yaml"]


def test_gitignore_with_lines_that_are_no_patterns(tree):
    odd = "\ufeffout.yaml\r\n!\r\n/\r\n \r\n# a\r\n\u2028x\r\ntoo.yaml\r\n"
    files = dict.fromkeys(["in.yaml", "out.yaml", "too.yaml"], "")
    assert tree({".gitignore": odd, **files}) == ["in.yaml"]


def test_linked_folders_are_not_followed(tree, tmp_path):
    tree(["a/vm.yaml"])
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "c.yaml").symlink_to("a/vm.yaml")
    assert tree([]) == ["a/vm.yaml", "c.yaml"]
    assert tree([], "b") == ["b/vm.yaml"]


def git(*args):
    allowed = ("-c", "protocol.file.allow=always")
    subprocess.run([*GIT, *allowed, *args], check=True, capture_output=True)


LONG = "d/" * 3 + "x" * 200 + "/" + "y" * 200
TRACKED = ["a.yaml", "build/deep/b.yaml", "é.yaml", f"{LONG}.yaml", "rendered/c.json", "kept.yaml"]


@pytest.mark.parametrize(
    "setting", ["", "index.version=3", "index.version=4", "core.splitIndex=true", "sha256",
                "feature.manyFiles=true", "intent"]
)  # fmt: skip
def test_what_git_tracks_is_read_though_it_is_ignored(tree, tmp_path, setting):
    rules = "*.yaml\nbuild/\nrendered\n!kept.yaml\n"
    tree({".gitignore": rules, **dict.fromkeys(TRACKED, "")})
    git("init", "-q", *(["--object-format=sha256"] if setting == "sha256" else []))
    if "=" in setting:
        git("config", *setting.split("="))
    git("add", "--force", *(["--intent-to-add"] if setting == "intent" else []), ".")
    git("commit", "-q", "--allow-empty", "-m", "all")
    # With a shared index the newer entries are in the other file.
    tree({"later.yaml": ""})
    git("add", "--force", "later.yaml")
    untracked = ["b.yaml", "build/deep/c.yaml", "build/other/b.yaml", "a.yam/x.yaml", "z.yaml"]
    assert tree(dict.fromkeys(untracked, "")) == sorted([*TRACKED, "later.yaml"])
    assert tree({}, "build") == ["build/deep/b.yaml", "build/deep/c.yaml", "build/other/b.yaml"]
    assert tree({}, "rendered") == ["rendered/c.json"]


def test_what_git_tracks_in_a_worktree_and_in_a_submodule(tree, tmp_path, monkeypatch):
    tree({".gitignore": "*.yaml\nsub\n", "a.yaml": ""})
    git("init", "-q", "-b", "main")
    git("add", "--force", ".")
    git("commit", "-q", "-m", "all")
    git("worktree", "add", "-q", "../worktree")
    monkeypatch.chdir(tmp_path / "../worktree")
    (tmp_path / "../worktree/b.yaml").write_text("")
    assert [file.path for file in discover((".",))] == ["a.yaml"]
    git("submodule", "add", "--force", str(tmp_path), "sub")
    (tmp_path / "../worktree/sub/b.yaml").write_text("")
    assert [file.path for file in discover((".",))] == ["a.yaml", "sub/a.yaml"]


def test_a_folder_that_a_sparse_index_holds_as_one_is_tracked(tree):
    rules = "*.yaml\nb/\n"
    tree({".gitignore": rules, "a/vm.yaml": "", "b/vm.yaml": "", "b/c/vm.yaml": ""})
    git("init", "-q")
    git("add", "--force", ".")
    git("commit", "-q", "-m", "all")
    git("sparse-checkout", "set", "--sparse-index", "a")
    assert tree({}) == ["a/vm.yaml"]
    assert tree({"b/vm.yaml": "", "b/c/vm.yaml": "", "d/vm.yaml": ""}) == [
        "a/vm.yaml", "b/c/vm.yaml", "b/vm.yaml"
    ]  # fmt: skip


@pytest.mark.parametrize("index", [b"", b"DIRC", b"DIRC\0\0\0\2\0\0\0\1abc", b"x" * 100])
def test_nothing_is_left_out_where_nobody_knows_what_git_tracks(tree, tmp_path, index):
    tree({".gitignore": "a.yaml\n", ".git/HEAD": "", "a.yaml": "", "b.yaml": ""})
    assert tree({}) == ["b.yaml"]
    (tmp_path / ".git" / "index").write_bytes(index)
    assert tree({}) == ["a.yaml", "b.yaml"]


def test_templates_by_name_and_kustomizations_are_found(tree):
    assert tree(["vm.yaml.j2", "_vm.tpl", "o/Kustomization", "x.txt"]) == [
        "_vm.tpl",
        "o/Kustomization",
        "vm.yaml.j2",
    ]
