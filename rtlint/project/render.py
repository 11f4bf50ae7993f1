"""`--render`: what Helm and Kustomize make of the folders of a run."""

from __future__ import annotations

import os
import shutil

from rtlint import TYPE_CHECKING
from rtlint.lint.part import KUSTOMIZATIONS
from rtlint.project.discover import left_out
from rtlint.project.kustomize import resources_in
from rtlint.project.programs import NoAnswer, render, said
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.project.content import Tell


class _Tool(NamedTuple):
    """What renders a folder: `what` it is of, and the commands that can, before the folder."""

    what: str
    commands: tuple[tuple[str, ...], ...]

    def installed(self) -> tuple[str, ...] | None:
        return next((each for each in self.commands if shutil.which(each[0])), None)


_HELM = _Tool("the chart", (("helm", "template"),))
_KUSTOMIZE = _Tool("the kustomization", (("kustomize", "build"), ("kubectl", "kustomize")))


def rendered(paths: Iterable[str], tell: Tell) -> Iterator[tuple[str, str, bytes]]:
    """The name, the folder and the text of all that Helm and Kustomize render below the paths.

    A kustomization that another one of the run takes in is not rendered by itself. Where a tool is
    not there, or fails, that is told to `tell.fail`.
    """
    for tool, found in zip((_HELM, _KUSTOMIZE), renderable(paths), strict=True):
        if not found:
            continue
        command = tool.installed()
        if command is None:
            names = " or ".join(f"`{name}`" for name, *_ in tool.commands)
            more = f", nor are {len(found) - 1} more" if len(found) > 1 else ""
            tell.fail(f"--render: {tool.what} {found[0]} is not rendered{more}: install {names}")
            continue
        for folder in found:
            yield from _render(command, folder, tell)


def renderable(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """The folders with a chart, and those with a kustomization that no other one takes in."""
    folders = [folder for path in paths if os.path.isdir(path) for folder in _folders(path)]
    charts = [folder for folder in folders if os.path.isfile(os.path.join(folder, "Chart.yaml"))]
    kustomizations = [folder for folder in folders if _is_kustomization(folder)]
    taken_in = {os.path.realpath(named) for each in kustomizations for named in resources_in(each)}
    return charts, [each for each in kustomizations if os.path.realpath(each) not in taken_in]


def _render(command: tuple[str, ...], folder: str, tell: Tell) -> Iterator[tuple[str, str, bytes]]:
    name = " ".join(command)
    try:
        done = render(command, folder)
    except NoAnswer as why:
        tell.fail(f"{folder}: {why}")
        return
    if done.returncode:
        tell.fail(f"{folder}: {name}: {said(done)}")
        return
    yield f"{folder} ({name})", folder, done.stdout


def _folders(top: str) -> Iterator[str]:
    """The folders below one, itself first; a chart's own folders are the chart's."""
    for folder, inner, files in os.walk(top):
        inner[:] = sorted(name for name in inner if not left_out(name))
        if "Chart.yaml" in files:
            inner.clear()
        yield os.path.normpath(folder)


def _is_kustomization(folder: str) -> bool:
    return any(os.path.isfile(os.path.join(folder, name)) for name in KUSTOMIZATIONS)
