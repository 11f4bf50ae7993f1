"""The files beside the one that is edited: instancetypes, the cluster's object, kustomizations."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rtlint.lint.settings import Settings
from rtlint.project.discover import discover
from rtlint.project.files import Named, read_bytes
from rtlint.project.known import gather, gives_out_whole_cores, parse_early, tells_others
from rtlint.project.kustomize import KUSTOMIZATIONS, Patches
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release
    from rtlint.lsp.configured import Followed
    from rtlint.project.known import Parsed
    from rtlint.yaml.source import Source


class Workspace:
    """What the files of the workspace say of each other, as the command line would take them.

    `cluster` is what the user says the cluster is; `note` is told what does not count, and why.
    """

    def __init__(
        self,
        settings: Settings,
        cluster: Cluster | None,
        configurations: Followed,
        note: Callable[[str], None],
    ) -> None:
        self._base = settings
        self._cluster = cluster
        self._configurations = configurations
        self._note = note
        self._folders: tuple[str, ...] = ()
        self._files: dict[str, Parsed] = {}
        self._whole_cores: set[str] = set()
        self._kustomizations: set[str] = set()
        self._open: set[str] = set()
        self._shared: Settings | None = None
        self._patches: Patches | None = None
        self._settings: dict[str, Settings] = {}

    def target(self, release: Release) -> None:
        """The editor says the release; what stands on the command line wins."""
        if "kubevirt-version" not in self._configurations.given:
            self._configurations.give("kubevirt-version")
            self._base = self._base._replace(release=release)
            self._forget()

    @property
    def sources(self) -> dict[str, Source]:
        """The texts that the others depend on, by path."""
        return {path: parsed.source for path, parsed in self._files.items()}

    def follow(self, folders: Iterable[str]) -> None:
        """Read all that is in these folders; what is in no folder and not open counts no more."""
        self._folders = tuple(folders)
        self._configurations.forget()
        self._kustomizations.clear()
        self._patches = None
        for path in {*self._files, *self._whole_cores} - self._open:
            self.put(path, b"")
        self._read_all(self._folders)
        for folder in self._folders:
            configuration = self._configurations.of(folder)
            if configuration is not None:
                self._read_all(configuration.values.get("instancetypes", ()))
        self._forget()

    def read(self, paths: Iterable[str]) -> bool:
        """Read files, or folders with all that is in them; whether anything changed by it."""
        changed = tuple(paths)
        if any(map(self._configurations.depend_on, changed)):
            self.follow(self._folders)
            return True
        # Of a folder that is gone nobody says which files were in it.
        below = tuple(each for each in self._files for path in changed if _is_in(each, path))
        return self._read_all((*changed, *below))

    def put(self, path: str, data: bytes) -> bool:
        """Take a file to hold this; whether anything changed by it for other files."""
        before = self._files.get(path), path in self._whole_cores
        parsed = parse_early(path, data, self._base.limits)
        if parsed is None or not tells_others(parsed):
            self._files.pop(path, None)
        elif before[0] is None or before[0].source.text != parsed.source.text:
            self._replace(path, parsed)
        if gives_out_whole_cores(data, self._base.limits):
            self._whole_cores.add(path)
        else:
            self._whole_cores.discard(path)
        changed = before != (self._files.get(path), path in self._whole_cores)
        if changed:
            self._forget()
        return changed

    def open(self, path: str) -> None:
        """The file is shown in the editor: what is wrong with it is said there."""
        self._open.add(path)
        self._forget()

    def close(self, path: str) -> None:
        """The editor's text is gone, the file's own counts again, if it is in the workspace."""
        self._open.discard(path)
        self._forget()
        if any(_is_in(path, folder) for folder in self._folders):
            self.read((path,))
        else:
            self.put(path, b"")

    def settings(self, path: str) -> Settings:
        """What to lint a file with, now; without rules where the configuration excludes it."""
        if path not in self._settings:
            self._settings[path] = self._settings_of(path)
        return self._settings[path]

    def _settings_of(self, path: str) -> Settings:
        if self._shared is None:
            self._shared = self._gather()
        if self._patches is None:
            self._patches = Patches(self._kustomizations)
        if self._configurations.excludes(path):
            return self._shared._replace(rules=())
        shared = self._shared._replace(is_patch=path in self._patches)
        return self._configurations.settings(path, shared)

    def _gather(self) -> Settings:
        excludes = self._configurations.excludes
        files = {path: each for path, each in self._files.items() if not excludes(path)}
        shown = [parsed for path, parsed in files.items() if path in self._open]
        others = [parsed for path, parsed in files.items() if path not in self._open]
        definitions = gather(shown, others, self._note).definitions
        known = gather(files.values(), (), lambda _: None)
        cluster = self._cluster or known.cluster or self._base.cluster
        if not all(map(excludes, self._whole_cores)):
            cluster = cluster._replace(full_pcpus_only=True)
        return self._base._replace(cluster=cluster, definitions=definitions)

    def _forget(self) -> None:
        """What was made of the files holds no more."""
        self._shared = None
        self._settings.clear()

    def _replace(self, path: str, parsed: Parsed) -> None:
        # While a file is half-written, what it said when it could be read counts on.
        if not any(isinstance(document, Unreadable) for document in parsed.documents):
            self._files[path] = parsed

    def _read_all(self, paths: Iterable[str]) -> bool:
        changes = [self._read(file.path) for path in paths for file in discover((path,))]
        return any(changes)

    def _read(self, path: str) -> bool:
        if os.path.basename(path) in KUSTOMIZATIONS:
            self._kustomizations.add(path)
            self._patches = None
            self._forget()
            return True
        if path in self._open:
            return False
        try:
            # Nobody may ever write to a pipe that lies there.
            most = self._base.limits.file_size
            data = read_bytes(Named(path, explicit=False), most) if os.path.isfile(path) else b""
        except (OSError, Unreadable):
            # A file that is too large, or that nobody may read, says nothing, as one that is gone.
            data = b""
        return self.put(path, data)


def _is_in(path: str, folder: str) -> bool:
    return path.startswith(os.path.join(folder, ""))
