"""What configuration files and the command line say together."""

from __future__ import annotations

import os
from functools import cache

from rtlint import TYPE_CHECKING
from rtlint.config.find import nearest
from rtlint.config.patterns import is_pattern, spec
from rtlint.lint.registry import further_rules
from rtlint.project.files import Unusable
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from rtlint.config.load import Loaded
    from rtlint.lint.registry import Name
    from rtlint.lint.settings import Settings
    from rtlint.project.cluster import Target


# What a configuration that merely lies beside the manifests, whoever wrote it, may not ask for.
_TRUSTED = {
    "rule-paths": "runs code",
    "render": "runs other programs",
    "output-file": "writes files",
}

# What may name files, which the manifests' author may have made as well.
_NAMES_FILES = ("baseline", "cluster", "instancetypes")


class Asked(NamedTuple):
    """What the command line says of configurations.

    `file` is named instead of the nearest; without `looks` none counts. `given` are the options
    that stand on the command line, which win, `exclude` its patterns, `rule_paths` its folders of
    further rules. `all_files`: no configuration excludes files, nor does the name of a folder.
    """

    file: str | None = None
    looks: bool = True
    given: frozenset[str] = frozenset()
    exclude: tuple[str, ...] = ()
    rule_paths: tuple[str, ...] = ()
    all_files: bool = False


class Configurations:
    """The configuration of each file; what was looked up and loaded is remembered."""

    def __init__(self, asked: Asked) -> None:
        """Raises Unusable for a pattern that is none, and for rules that cannot be loaded."""
        for pattern in asked.exclude:
            if not is_pattern(pattern):
                raise Unusable(f"--exclude: `{pattern}` is no pattern as in .gitignore")
        self.asked = asked
        self._nearest: dict[str, str | None] = {}
        self._loaded: dict[str, Loaded | None] = {}
        self._clusters: dict[str, Target | None] = {}
        self.notes: list[str] = []
        self.rules = _further((*asked.rule_paths, *_rule_paths(asked.file)))

    def of(self, path: str) -> Loaded | None:
        """The configuration that counts for a file or folder. Raises Unusable if it is wrong."""
        if not self.asked.looks:
            return None
        whole = os.path.abspath(path)
        folder = whole if os.path.isdir(whole) else os.path.dirname(whole)
        file = self.asked.file or nearest(folder, self._nearest)
        if file is None:
            return None
        if file not in self._loaded:
            self._loaded[file] = self.load(file)
        return self._loaded[file]

    def load(self, file: str) -> Loaded | None:
        """A configuration file as it is now. Raises Unusable if it is wrong."""
        from rtlint.config.load import load
        from rtlint.config.read import Problem

        shown = os.path.relpath(file)
        try:
            loaded = load(shown, self.rules)
        except Problem as problem:
            raise Unusable(*problem.messages) from None
        if self.asked.file is not None:
            return loaded
        values = dict(loaded.values)
        for key in _NAMES_FILES:
            _refuse_other_than_files(shown, key, values.get(key, ()))
        for key, does in _TRUSTED.items():
            if values.pop(key, None):
                self.notes.append(
                    f"{shown}: `{key}` {does}, so it counts only where the file is named with "
                    "--config"
                )
        return loaded._replace(values=values)

    def excludes(self, path: str) -> bool:
        """Whether a file is passed over. Raises Unusable."""
        if self.asked.exclude and _match(self.asked.exclude, os.getcwd(), path):
            return True
        if self.asked.all_files:
            return False
        loaded = self.of(path)
        return loaded is not None and _match(
            tuple(loaded.values.get("exclude", ())), loaded.folder("exclude"), path
        )

    def settings(self, path: str, base: Settings) -> Settings:
        """The settings of a file: the run's, with what its configuration says. Raises Unusable."""
        loaded = self.of(path)
        if loaded is None:
            return base
        from rtlint.config.settings import merged

        key = "per-file-ignores"
        globs = loaded.values.get(key, {})
        ours = [glob for glob in globs if _match((glob,), loaded.folder(key, glob), path)]
        settings = merged(loaded, ours, base, self.asked.given, self.rules)
        if "cluster" in loaded.values and "cluster" not in self.asked.given:
            target = self._cluster(loaded.values["cluster"])
            if target is not None:
                vms = base.platform.vms if base.platform is not None else ()
                platform = target.platform.with_vms(vms)
                settings = settings._replace(cluster=target.cluster, platform=platform).at(path)
        return settings

    def _cluster(self, file: str) -> Target | None:
        if file not in self._clusters:
            self._clusters[file] = self.load_cluster(file)
        return self._clusters[file]

    def load_cluster(self, file: str) -> Target | None:
        """The cluster that a configuration names, as it is now. Raises Unusable if it is wrong."""
        from rtlint.project.cluster import load_cluster

        return load_cluster(file)

    def forget(self) -> None:
        """Look everything up anew from now on: files have changed."""
        self._nearest.clear()
        self._loaded.clear()
        self._clusters.clear()


def _refuse_other_than_files(file: str, key: str, named: str | list[str] | tuple[()]) -> None:
    """Raise Unusable where a configuration names a pipe or a device: reading may never end."""
    for path in (named,) if isinstance(named, str) else named:
        if os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
            raise Unusable(f"{file}: `{key}` names {path}, which is a pipe or a device and no file")


def _rule_paths(file: str | None) -> tuple[str, ...]:
    """The folders of further rules that a named file speaks of; what is wrong shows later."""
    if file is None:
        return ()
    from rtlint.config.extend import chain
    from rtlint.config.read import Problem

    try:
        texts, _ = chain(file)
    except Problem:
        return ()
    text = next((text for text in texts if "rule-paths" in text.values), texts[0])
    paths, folder = text.values.get("rule-paths"), os.path.dirname(text.path)
    named = [path for path in paths if isinstance(path, str)] if isinstance(paths, list) else []
    return tuple(os.path.join(folder, path) for path in named)


def _further(folders: tuple[str, ...]) -> tuple[Name, ...]:
    """The rules in the folders, loaded, so that what is wrong with one is said at once."""
    if not folders:
        return ()
    from rtlint.lint.own import NoRule

    try:
        return further_rules(folders)
    except OSError as error:
        raise Unusable(f"{error.filename}: {error.strerror}") from None
    except NoRule as wrong:
        raise Unusable(*wrong.messages) from None


@cache
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return spec(patterns)


def _match(patterns: tuple[str, ...], folder: str, path: str) -> bool:
    """Whether patterns as in a folder's .gitignore match the path."""
    if not patterns:
        return False
    relative = os.path.relpath(path, folder)
    return not relative.startswith("..") and _spec(patterns).match_file(relative)
