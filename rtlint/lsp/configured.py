"""The configuration files, which change while the server runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from rtlint.config.find import NAMES, PYPROJECT
from rtlint.project.configure import Asked, Configurations
from rtlint.project.files import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable

    from rtlint.config.load import Loaded
    from rtlint.kubevirt.cluster import Cluster

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
        self._good_clusters: dict[str, Cluster] = {}
        self._of: dict[str, Loaded | None] = {}

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
        return any(os.path.abspath(file) == path for file in self._clusters)

    def of(self, path: str) -> Loaded | None:
        if path not in self._of:
            self._of[path] = super().of(path)
        return self._of[path]

    def load(self, file: str) -> Loaded | None:
        return self._last_good(file, super().load, self._good)

    def load_cluster(self, file: str) -> Cluster | None:
        return self._last_good(file, super().load_cluster, self._good_clusters)

    def forget(self) -> None:
        super().forget()
        self._of.clear()

    def _last_good(
        self, file: str, load: Callable[[str], _T | None], good: dict[str, _T]
    ) -> _T | None:
        try:
            found = load(file)
        except Unusable as error:
            message = str(error)
            if self._told.get(file) != message:
                self._told[file] = message
                self._tell(message)
            return good.get(file)
        self._told.pop(file, None)
        if found is not None:
            good[file] = found
        return found
