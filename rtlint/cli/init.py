"""`rtlint init`: a first configuration, and the pre-commit entry."""

from __future__ import annotations

import os

import click

import rtlint
from rtlint import TYPE_CHECKING
from rtlint.config.find import configuration_in
from rtlint.project.files import Unusable
from rtlint.project.survey import survey
from rtlint.project.write import Unwritten, write_whole
from rtlint.report.text import count
from rtlint.visible import visible
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document, Mapping, Sequence
from rtlint.yaml.render import render_scalar

if TYPE_CHECKING:
    from rtlint.project.survey import Survey

_CONFIGURATION, _HOOKS = ".rtlint.yaml", ".pre-commit-config.yaml"
_REPOSITORY = "https://github.com/rtlint/rtlint"


@click.command("init", short_help="Write a first configuration and a pre-commit entry.")
@click.argument(
    "folder", default=".", type=click.Path(exists=True, file_okay=False), metavar="[FOLDER]"
)
def command(folder: str) -> None:
    """Write a first configuration for FOLDER, and an entry for pre-commit where it is a repository.

    They say what is found there: the KubeVirt object and its release, what Helm and Kustomize
    render. What is there already is left as it is.
    """
    found = survey(folder)
    click.echo(f"found {_counts(found)}")
    there = configuration_in(folder)
    if there is None:
        _write(os.path.join(folder, _CONFIGURATION), _configuration(found, folder), None)
    else:
        click.echo(visible(f"left {there} as it is"))
    if os.path.exists(os.path.join(folder, ".git")):
        _add_hook(os.path.join(folder, _HOOKS), found)
    else:
        click.echo(visible(f"no entry for pre-commit: {folder} is not the root of a repository"))


def _counts(found: Survey) -> str:
    named = (
        (found.vms, "VM"),
        (len(found.clusters), "KubeVirt object"),
        *([(found.platform, "other cluster object")] if found.platform else []),
        (len(found.charts), "Helm chart"),
        (len(found.kustomizations), "kustomization"),
    )
    return ", ".join(count(*each) for each in named)


def _configuration(found: Survey, folder: str) -> str:
    lines = ["# yaml-language-server: $schema=https://rtlint.io/schemas/config.schema.json"]
    releases = {release for release in found.clusters.values() if release is not None}
    if len(releases) == 1:
        lines.append(f"kubevirt-version: {releases.pop()}")
    else:
        why = "The KubeVirt objects name several" if releases else "No KubeVirt object names it"
        lines += [
            f"# The release that the VMs run on. {why}; without it the newest counts.",
            "# kubevirt-version: v1.9",
        ]
    if found.platform:
        # A file of `cluster` would keep the others out.
        lines.append("# The cluster's objects count where they are linted together with the VMs.")
    elif len(found.clusters) == 1:
        (file,) = found.clusters
        lines.append(f"cluster: {render_scalar(os.path.relpath(file, folder))}")
    return "".join(f"{line}\n" for line in lines)


def _hook(found: Survey, indent: str) -> str:
    """The entry of the list `repos`."""
    notes = []
    if found.platform:
        notes.append("The VMs are linted together with the cluster's objects.")
    if found.charts or found.kustomizations:
        tools = ["`helm`"] * bool(found.charts)
        tools += ["`kustomize` or `kubectl`"] * bool(found.kustomizations)
        notes.append(f"The rendered output is linted too, which needs {' and '.join(tools)}.")
    lines = [
        f"- repo: {_REPOSITORY}",
        f"  rev: v{rtlint.__version__}",
        "  hooks:",
        "    - id: rtlint",
    ]
    if notes:
        render = "--render, " if found.charts or found.kustomizations else ""
        lines += [f"      # {note}" for note in notes]
        lines += [f"      args: [{render}--, .]", "      pass_filenames: false"]
    return "".join(f"{indent}{line}\n" for line in lines)


def _add_hook(path: str, found: Survey) -> None:
    if not os.path.lexists(path):
        _write(path, f"repos:\n{_hook(found, '  ')}", None)
        return
    try:
        with open(path, encoding="utf-8", newline="") as file:
            old = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if _REPOSITORY in old:
        click.echo(visible(f"left {path} as it is"))
        return
    new = _with_hook(old, found)
    if new is None:
        click.echo(visible(f"left {path} as it is; add this to its `repos`:"))
        click.echo(_hook(found, "  "), nl=False)
        return
    _write(path, new, old)


def _with_hook(text: str, found: Survey) -> str | None:
    """The pre-commit configuration with the entry at the end of `repos`; None where that is no list
    with a line for each entry.
    """
    repos = _repos(text)
    if repos is None:
        return None
    end = len(text[: repos.end].rstrip())
    start = text.rfind("\n", 0, repos.start) + 1
    break_ = "\r\n" if "\r\n" in text else "\n"
    entry = _hook(found, text[start : repos.start]).replace("\n", break_)
    # Behind the last entry's line, with whatever comment ends it.
    line_end = text.find("\n", end) + 1
    before, rest = (text[:line_end], text[line_end:]) if line_end else (text + break_, "")
    new = before + entry + rest
    after = _repos(new)
    return new if after is not None and len(after.nodes) == len(repos.nodes) + 1 else None


def _repos(text: str) -> Sequence | None:
    documents = list(compose(text))
    root = documents[0].root if documents and isinstance(documents[0], Document) else None
    entry = root.items.get("repos") if isinstance(root, Mapping) else None
    repos = None if entry is None else entry.value
    is_block = isinstance(repos, Sequence) and not repos.flow and repos.nodes
    return repos if is_block and len(documents) == 1 and isinstance(repos, Sequence) else None


def _write(path: str, new: str, old: str | None) -> None:
    """Write a file and say what is new in it. Raises Unusable."""
    try:
        write_whole(path, new.encode(), None if old is None else old.encode())
    except (Unwritten, OSError) as error:
        raise Unusable(f"{path}: {error}") from None
    said = "wrote" if old is None else "added rtlint to"
    click.echo(visible(f"{said} {os.path.normpath(path)}"))
    if old is None:
        click.echo("".join(f"  {visible(line)}\n" for line in new.splitlines()), nl=False)
