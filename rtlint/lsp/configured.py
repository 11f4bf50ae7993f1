"""The configuration files, which change while the server runs."""

from __future__ import annotations

import os

from rtlint import TYPE_CHECKING
from rtlint.config.find import NAMES, PYPROJECT, repository
from rtlint.project.configure import Asked, Configurations
from rtlint.project.files import Unusable, is_inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from rtlint.config.load import Loaded
    from rtlint.project.cluster import Target

    _T = TypeVar("_T")


class Followed(Configurations):
    """Configurations of which the last good one counts while one is wrong, or none.

    `given` are the options that win, `rule_paths` folders of further rules; `tell` is told what is
    wrong, once until it changes.
    """

    def __init__(
        self, given: frozenset[str], tell: Callable[[str], None], rule_paths: tuple[str, ...] = ()
    ) -> None:
        """Raises Unusable for rules of the user's own that cannot be loaded."""
        super().__init__(Asked(given=given, rule_paths=rule_paths))
        self._tell = tell
        self._told: dict[str, str] = {}
        self._good: dict[str, Loaded] = {}
        self._good_clusters: dict[str, Target] = {}
        self._of: dict[str, Loaded | None] = {}
        self._folders: tuple[str, ...] = ()

    @property
    def given(self) -> frozenset[str]:
        return self.asked.given

    def give(self, option: str) -> None:
        """The editor says an option: configuration files do not any more."""
        self.asked = self.asked._replace(given=self.given | {option})

    def depend_on(self, path: str) -> bool:
        """Whether a file is a configuration, or one that a configuration hangs on."""
        if os.path.basename(path) in (*NAMES, PYPROJECT):
            return True
        extended = (text.path for loaded in self._good.values() for text in loaded.texts)
        return any(os.path.abspath(file) == path for file in (*self._clusters, *extended))

    def of(self, path: str) -> Loaded | None:
        if path not in self._of:
            self._of[path] = super().of(path)
        return self._of[path]

    def load(self, file: str) -> Loaded | None:
        return self._last_good(file, self._load, self._good)

    def load_cluster(self, file: str) -> Target | None:
        return self._last_good(file, super().load_cluster, self._good_clusters)

    def forget(self, folders: tuple[str, ...] | None = None) -> None:
        """Look everything up anew; `folders` are the workspace's from now on."""
        super().forget()
        self._of.clear()
        if folders is not None:
            self._folders = folders

    def _load(self, file: str) -> Loaded | None:
        """A configuration, without what it names outside of its tree; that is told."""
        tops = (*self._folders, repository(os.path.dirname(file)))
        if not _is_in_any(file, tops):
            raise Unusable(f"{os.path.relpath(file)}: a link out of the tree, so it is not read")
        loaded = super().load(file)
        if loaded is None:
            return None
        values = dict(loaded.values)
        outside = dict.fromkeys(path for path in _named(loaded) if not _is_in_any(path, tops))
        if values.get("cluster") in outside:
            del values["cluster"]
        if "instancetypes" in values:
            values["instancetypes"] = [p for p in values["instancetypes"] if p not in outside]
        why = (
            f"{loaded.path}: {', '.join(outside)}: outside of the workspace and of the "
            "configuration's repository, so not read; open its folder in the editor, too"
        )
        self._tell_once(f"{file} names", why if outside else None)
        return loaded._replace(values=values)

    def _last_good(
        self, file: str, load: Callable[[str], _T | None], good: dict[str, _T]
    ) -> _T | None:
        try:
            found = load(file)
        except Unusable as error:
            self._tell_once(file, str(error))
            return good.get(file)
        self._tell_once(file, None)
        if found is not None:
            good[file] = found
        return found

    def _tell_once(self, about: str, message: str | None) -> None:
        """Tell a message until it changes; None is nothing to tell."""
        if message is None:
            self._told.pop(about, None)
        elif self._told.get(about) != message:
            self._told[about] = message
            self._tell(message)


def _named(loaded: Loaded) -> Iterator[str]:
    """The files that a configuration has the language server read."""
    if loaded.values.get("cluster"):
        yield loaded.values["cluster"]
    yield from loaded.values.get("instancetypes", ())


def _is_in_any(path: str, tops: tuple[str, ...]) -> bool:
    return any(is_inside(path, top) for top in tops)
