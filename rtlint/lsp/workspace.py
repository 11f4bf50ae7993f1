"""The files beside the one that is edited: instancetypes, preferences, the cluster's object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.cli.discover import Named, discover
from rtlint.cli.files import read_bytes
from rtlint.cli.known import gather, parse_early
from rtlint.lint.run import gives_out_whole_cores
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rtlint.cli.known import Parsed
    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release
    from rtlint.yaml.source import Source


class Workspace:
    """What the files of the workspace say of each other, as the command line would take them.

    `cluster` is what the user says the cluster is; `note` is told what does not count, and why.
    """

    def __init__(
        self, settings: Settings, cluster: Cluster | None, note: Callable[[str], None]
    ) -> None:
        self._base = settings
        self._cluster = cluster
        self._note = note
        self._files: dict[str, Parsed] = {}
        self._whole_cores: set[str] = set()
        self._open: set[str] = set()
        self._settings: Settings | None = None

    def target(self, release: Release) -> None:
        self._base = self._base._replace(release=release)
        self._settings = None

    @property
    def sources(self) -> dict[str, Source]:
        """The texts that the others depend on, by path."""
        return {path: parsed.source for path, parsed in self._files.items()}

    def read(self, paths: Iterable[str]) -> bool:
        """Read files, or folders with all that is in them; whether anything changed by it."""
        found = (file.path for path in paths for file in discover((path,)))
        changes = [self._read(path) for path in found if path not in self._open]
        return any(changes)

    def put(self, path: str, data: bytes) -> bool:
        """Take a file to hold this; whether anything changed by it for other files."""
        before = self._files.get(path), path in self._whole_cores
        parsed = parse_early(path, data)
        if parsed is None:
            self._files.pop(path, None)
        elif before[0] is None or before[0].source.text != parsed.source.text:
            self._replace(path, parsed)
        if gives_out_whole_cores(data):
            self._whole_cores.add(path)
        else:
            self._whole_cores.discard(path)
        changed = before != (self._files.get(path), path in self._whole_cores)
        if changed:
            self._settings = None
        return changed

    def open(self, path: str) -> None:
        """The file is shown in the editor: what is wrong with it is said there."""
        self._open.add(path)
        self._settings = None

    def close(self, path: str) -> None:
        """The editor's text is gone, the file's own counts again."""
        self._open.discard(path)
        self._settings = None
        self.read((path,))

    def settings(self) -> Settings:
        """What to lint with, now."""
        if self._settings is None:
            self._settings = self._gather()
        return self._settings

    def _gather(self) -> Settings:
        shown = [parsed for path, parsed in self._files.items() if path in self._open]
        others = [parsed for path, parsed in self._files.items() if path not in self._open]
        definitions = gather(shown, others, self._note).definitions
        known = gather(self._files.values(), (), lambda _: None)
        cluster = self._cluster or known.cluster or self._base.cluster
        if self._whole_cores:
            cluster = cluster._replace(full_pcpus_only=True)
        return self._base._replace(cluster=cluster, definitions=definitions)

    def _replace(self, path: str, parsed: Parsed) -> None:
        # While a file is half-written, what it said when it could be read counts on.
        if not any(isinstance(document, Unreadable) for document in parsed.documents):
            self._files[path] = parsed

    def _read(self, path: str) -> bool:
        try:
            data = read_bytes(Named(path, explicit=False))
        except OSError:
            # A file that is gone, or that nobody may read, says nothing.
            data = b""
        return self.put(path, data)
