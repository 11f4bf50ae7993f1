"""The files beside the one that is edited: instancetypes, the cluster's object, kustomizations."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial

from rtlint import TYPE_CHECKING
from rtlint.blocks import is_documentation
from rtlint.lint.part import is_kustomization
from rtlint.lint.settings import Settings
from rtlint.project.discover import discover
from rtlint.project.files import Named, Unusable, is_inside, read_bytes
from rtlint.project.known import NOTHING, shared, tells_others, told
from rtlint.project.kustomize import Patches
from rtlint.project.run import settings_for
from rtlint.yaml.compose import cut
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rtlint.kubevirt.releases import Release
    from rtlint.lsp.configured import Followed
    from rtlint.project.cluster import Target
    from rtlint.project.known import Told

# Bytes. A dump asks for more than an editor should hold.
_LARGEST_HELD = 2**20
_VM_WORD = b"VirtualMachine"


class Workspace:
    """What the files of the workspace say of each other, as the command line would take them.

    `cluster` is what the user says the cluster is; `note` is told what does not count, and why.
    """

    def __init__(
        self,
        settings: Settings,
        cluster: Target | None,
        configurations: Followed,
        note: Callable[[str], None],
    ) -> None:
        self._base = settings
        self._cluster = cluster
        self._configurations = configurations
        self._note = note
        self._folders: tuple[str, ...] = ()
        # What configurations name beside them.
        self._named: tuple[str, ...] = ()
        # What files say that say anything of others.
        self._files: dict[str, Told] = {}
        # The texts of VMs, and of what they hang on, which findings elsewhere point at.
        self._texts: dict[str, Source] = {}
        self._has_platform = False
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
        said = {path: each.source for path, said in self._files.items() for each in said.parsed}
        return {**self._texts, **said}

    def follow(self, folders: Iterable[str]) -> None:
        """Read all that is in these folders; what is in no folder and not open counts no more."""
        self._folders = tuple(folders)
        self._configurations.forget(self._folders)
        self._kustomizations.clear()
        self._patches = None
        for path in self._files.keys() - self._open:
            self.put(path, b"")
        found = [self._configurations.of(folder) for folder in self._folders]
        named = [path for each in found if each for path in each.values.get("instancetypes", ())]
        self._named = tuple(map(os.path.abspath, named))
        self._read_all((*self._folders, *self._named))
        self._forget()

    def read(self, paths: Iterable[str]) -> bool:
        """Read files, or folders with all that is in them; whether anything changed by it.

        Only what is the workspace's, or named by a configuration, is read.
        """
        changed = tuple(paths)
        if any(map(self._configurations.depend_on, changed)):
            self.follow(self._folders)
            return True
        # Of a folder that is gone nobody says which files were in it.
        below = tuple(each for each in self._files for path in changed if _is_in(each, path))
        return self._read_all(filter(self._has, (*changed, *below)))

    def text(self, path: str) -> str:
        """A file that the editor has not opened. Raises Unusable if it is not the workspace's."""
        if not (self._has(path) and os.path.isfile(path)):
            raise Unusable(f"{path}: neither open in the editor nor a file of its workspace")
        try:
            return decode(read_bytes(Named(path, explicit=True), self._base.limits.file_size))
        except OSError as error:
            raise Unusable(f"{path}: {error.strerror}") from None
        except Unreadable as error:
            raise Unusable(f"{path}: {error.message}") from None

    def put(self, path: str, data: bytes) -> bool:
        """Take a file to hold this; whether anything changed by it for other files."""
        before = self._files.get(path, NOTHING)
        said = told(path, data, self._base.limits)
        parsed = tuple(each for each in said.parsed if tells_others(each))
        if [each.source.text for each in parsed] == [each.source.text for each in before.parsed]:
            parsed = before.parsed
        elif any(
            isinstance(document, Unreadable) for each in parsed for document in each.documents
        ):
            # While a file is half-written, what it said when it could be read counts on.
            parsed = before.parsed
        said = said._replace(parsed=parsed)
        asks_otherwise = self._hold(path, data, said)
        if said == before and not asks_otherwise:
            return False
        self._files[path] = said
        if said == NOTHING:
            del self._files[path]
        self._forget()
        return True

    def _hold(self, path: str, data: bytes, said: Told) -> bool:
        """Keep a text that others' findings hang on; whether what VMs ask for may have changed."""
        before = self._texts.pop(path, None)
        is_held = len(data) <= _LARGEST_HELD and not is_documentation(path)
        if is_held and (said.platform or _VM_WORD in data):
            with suppress(Unreadable):
                self._texts[path] = Source(path, decode(data))
        after = self._texts.get(path)
        texts = [each and each.text for each in (before, after)]
        return self._has_platform and texts[0] != texts[1]

    def open(self, path: str) -> None:
        """The file is shown in the editor: what is wrong with it is said there."""
        self._open.add(path)
        self._forget()

    def close(self, path: str) -> None:
        """The editor's text is gone, the file's own counts again, if it is in the workspace."""
        self._open.discard(path)
        self._forget()
        if self._has(path):
            self.read((path,))
        else:
            self.put(path, b"")

    def settings(self, path: str) -> Settings:
        """What to lint a file with, now; without rules where the configuration excludes it."""
        if path not in self._settings:
            self._settings[path] = self._settings_of(path)
        return self._settings[path]

    def _settings_of(self, path: str) -> Settings:
        if self._patches is None:
            self._patches = Patches(self._kustomizations)
        if self._shared is None:
            self._shared = self._gather(self._patches)
        if self._configurations.excludes(path):
            return self._shared._replace(rules=())
        return settings_for(path, self._shared, self._configurations, self._patches)

    def _gather(self, patches: Patches) -> Settings:
        files = {
            path: said
            for path, said in self._files.items()
            if path not in patches and not self._configurations.excludes(path)
        }
        shown = [said for path, said in files.items() if path in self._open]
        others = [said for path, said in files.items() if path not in self._open]
        texts = (
            (path, partial(cut, source.text))
            for path, source in self._texts.items()
            if not self._configurations.excludes(path)
        )
        made = shared(shown, self._base, self._cluster, self._note, beside=others, texts=texts)
        self._has_platform = made.platform is not None
        return made

    def _has(self, path: str) -> bool:
        """Whether a file may be read: one of the workspace, and no link that leads out of it.

        First by its name alone: looking at a path of another machine calls there.
        """
        return any(
            (path == top or _is_in(path, top)) and is_inside(path, top)
            for top in (*self._folders, *self._named)
        )

    def _forget(self) -> None:
        """What was made of the files holds no more."""
        self._shared = None
        self._settings.clear()

    def _read_all(self, paths: Iterable[str]) -> bool:
        changes = [self._read(file.path) for path in paths for file in discover((path,))]
        return any(changes)

    def _read(self, path: str) -> bool:
        if is_kustomization(path):
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
