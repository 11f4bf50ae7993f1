"""From paths to linted files: what command line and library have in common."""

from __future__ import annotations

import os
from functools import partial

from rtlint import TYPE_CHECKING
from rtlint.project.kustomize import Patches
from rtlint.project.lint import lint_files
from rtlint.project.read import read_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rtlint.lint.linted import Linted
    from rtlint.lint.settings import Settings
    from rtlint.project.configure import Configurations
    from rtlint.project.content import Surroundings, Tell
    from rtlint.project.lint import Fix

    SettingsOf = Callable[[str], Settings]


def lint_paths(
    paths: tuple[str, ...],
    base: Settings,
    surroundings: Surroundings,
    configurations: Configurations,
    tell: Tell,
    fix: Fix | None = None,
    jobs: int | None = 1,
) -> tuple[Iterator[Linted], SettingsOf]:
    """The linted files, in order, each when it is done, and what gives the settings of each by its
    name.

    Raises Unusable for a configuration that is wrong, for that of a file before the first one is
    linted; all else that fails is told to `tell.fail`.
    """
    contents, settings = read_files(paths, base, surroundings, tell)
    patches = Patches(content.path for content in contents)
    settings_of = partial(settings_for, base=settings, of=configurations, patches=patches)
    linting = lint_files(contents, settings_of, fix, tell, jobs)
    if surroundings.render:
        from rtlint.project.trace import traced

        folders = {each.name: each.path for each in contents if os.path.isdir(each.path)}
        linting = iter(traced(linting, folders, base.suppress))
    return linting, settings_of


def settings_for(path: str, base: Settings, of: Configurations, patches: Patches) -> Settings:
    """The settings of one file: the run's and its configuration's, and whether it is a patch.

    What an object of the platform lacks it may be a patch of.
    """
    settings = of.settings(path, base.at(path))
    if base.literal or path not in patches:
        return settings
    return settings._replace(is_patch=True, platform=None)
