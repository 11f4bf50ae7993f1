"""Reading the files of a run, and what they say of each other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from rtlint import TYPE_CHECKING
from rtlint.blocks import is_documentation
from rtlint.limits import Limits
from rtlint.lint.run import is_worth_reading
from rtlint.lint.settings import Settings
from rtlint.project.content import Content, Surroundings, Tell
from rtlint.project.discover import discover
from rtlint.project.files import Named, read_bytes
from rtlint.project.known import NOTHING, shared, told
from rtlint.project.kustomize import Patches
from rtlint.yaml.compose import cut
from rtlint.yaml.source import Unreadable, decode

if TYPE_CHECKING:
    from rtlint.project.cluster import Target
    from rtlint.project.known import Told
    from rtlint.project.platform import Pieces

# Of a larger file only what is found in it is held, where nothing else is asked for.
_LARGE = 2**20  # bytes


def read_files(
    paths: tuple[str, ...], settings: Settings, surroundings: Surroundings, tell: Tell
) -> tuple[list[Content], Settings]:
    """Read all files, and the settings with what they say of each other.

    What cannot be read is told to `tell.fail`, what does not count to `tell.note`.
    """
    contents = list(_read_all(paths, surroundings, settings.limits, tell))
    if surroundings.render:
        from rtlint.project.render import rendered

        contents += (held(*each, settings.limits) for each in rendered(paths, tell))
    further = surroundings._replace(configurations=None, include_docs=False)
    others = _read_all(surroundings.instancetypes, further, settings.limits, tell)
    return contents, know(contents, others, settings, surroundings.cluster, tell)


def know(
    contents: list[Content],
    others: Iterable[Content],
    settings: Settings,
    target: Target | None,
    tell: Tell,
) -> Settings:
    """The settings with what the files say of instancetypes, preferences and the platform.

    `others` are files that are read for it and not linted, `target` is the cluster that the user
    names.
    """
    return shared(
        [content.told for content in contents] if settings.literal else _of_wholes(contents),
        settings,
        target,
        tell.note,
        definitions_only=[content.told for content in others],
        texts=((content.name, _pieces(content)) for content in contents if _counts(content)),
    )


def _of_wholes(contents: list[Content]) -> list[Told]:
    """What the files say, without Kustomize's patches, which are parts of what others hold."""
    if all(content.told == NOTHING for content in contents):
        return []
    patches = Patches(content.path for content in contents)
    return [
        content.told
        for content in contents
        if content.told != NOTHING and content.path not in patches
    ]


def _counts(content: Content) -> bool:
    """Whether the cluster has to carry the VMs of a file, which are no examples."""
    return content.is_linted and not is_documentation(content.name)


def _pieces(content: Content) -> Pieces:
    """The text of a file, piece by piece, when it is asked for; none where it cannot be read."""

    def pieces() -> Iterator[str]:
        from contextlib import suppress

        # What cannot be read is told where the file is linted.
        with suppress(OSError, UnicodeDecodeError, Unreadable):
            if content.is_stream:
                from rtlint.project.stream import pieces as read_again

                yield from read_again(content.path)
            elif content.data is not None:
                yield from cut(decode(content.data))

    return pieces


def _read_all(
    paths: tuple[str, ...], surroundings: Surroundings, limits: Limits, tell: Tell
) -> Iterator[Content]:
    configurations = surroundings.configurations
    all_files = configurations is not None and configurations.asked.all_files
    for file in discover(paths, tell.detail, all_files, surroundings.include_docs):
        name = surroundings.stdin_name if file.path == "-" else file.path
        if configurations is not None and configurations.excludes(name):
            tell.detail(f"{name}: passed over: it is excluded")
            continue
        try:
            content = _read(file, name, surroundings, limits)
        except OSError as error:
            tell.fail(f"{name}: {error.strerror or error}")
            continue
        except Unreadable as problem:
            # With `--fix` the output would take the place of what was not read.
            if file.path == "-":
                tell.fail(f"{name}: {problem.message}")
                continue
            content = Content(name, file.path, None, problem=problem)
        is_kept = content.is_linted
        tell.detail(f"{name}: {'read' if is_kept else 'passed over: it holds no KubeVirt object'}")
        yield content


def _read(file: Named, name: str, around: Surroundings, limits: Limits) -> Content:
    """One file. Raises OSError, and Unreadable where it is too large."""
    may_stream = around.may_stream and file.path != "-" and not is_documentation(name)
    size = os.stat(file.path).st_size if may_stream else 0
    if _LARGE < size <= limits.file_size:
        from rtlint.project.stream import scan

        try:
            return scan(name, file.path, limits)._replace(size=size)
        except UnicodeDecodeError:
            # Where it is no UTF-8 is told of the whole.
            pass
    data = read_bytes(file, limits.file_size)
    content = held(name, file.path, data, limits)
    is_wanted = content.told.is_of_platform or is_worth_reading(name, data, file.explicit)
    if file.path != "-" and not is_wanted:
        return content._replace(data=None, size=0)
    # What is no file, such as a pipe, can be read but once.
    if around.holds_one and os.path.isfile(file.path) and not is_documentation(name):
        return content._replace(data=None, is_stream=True)
    return content


def held(name: str, path: str, data: bytes, limits: Limits) -> Content:
    """A file that is held as a whole."""
    return Content(name, path, data, told(name, data, limits), size=len(data))
