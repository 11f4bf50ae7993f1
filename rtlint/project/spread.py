"""A large file linted by several processes, which each read it and take turns at its pieces."""

from __future__ import annotations

from itertools import chain

from rtlint import TYPE_CHECKING
from rtlint.lint.part import lint_part
from rtlint.lint.run import pieces_of
from rtlint.project.jobs import dealt
from rtlint.yaml.compose import documents_in
from rtlint.yaml.source import TOP, Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rtlint.lint.part import Part
    from rtlint.lint.settings import Settings
    from rtlint.lint.suppressions import Suppression

# Of suppressions more is asked than a process can be sent: their pieces are linted by who asks.
_SUPPRESSES = "rtlint"
# In characters: to send the results of each VM by itself takes a tenth of the whole.
_TURN = 2**15


def spread_parts(
    path: str,
    texts: Callable[[], Iterable[str]],
    settings: Settings,
    jobs: int,
    *,
    whole: bool,
) -> Iterator[Part]:
    """The parts of a file in order, made by as many processes; see `lint_parts`."""

    def share(first: int, step: int) -> Iterator[tuple[Part, ...]]:
        turn = size = 0
        made: list[Part] = []
        of_file: tuple[Suppression, ...] = ()
        for source in _sources(path, texts(), settings, whole):
            if _SUPPRESSES in source.text:
                if source.above is TOP:
                    # Who asks lints it: here only its suppressions are of use.
                    of_file = lint_part(source, settings._replace(rules=())).of_file
                continue
            if turn % step == first % step and turn >= first:
                made.append(lint_part(source, settings, of_file).found)
            size += len(source.text)
            if size >= _TURN:
                if made:
                    yield tuple(made)
                    made = []
                turn += 1
                size = 0
        if made:
            yield tuple(made)

    made = chain.from_iterable(dealt(share, jobs))
    of_file: tuple[Suppression, ...] = ()
    for source in _sources(path, texts(), settings, whole):
        if _SUPPRESSES in source.text:
            mine = lint_part(source, settings, of_file)
            of_file = of_file or mine.of_file
            yield mine
            continue
        part = next(made, None)
        if part is None:
            raise Unreadable("the file changed while it was read")
        yield part


def _sources(path: str, texts: Iterable[str], settings: Settings, whole: bool) -> Iterator[Source]:
    """The pieces of a file, which are not all linted here."""
    above = TOP
    for text in texts:
        source = Source(path, text, above)
        yield from pieces_of(source, settings, whole)
        above = source.below(documents_in(text, settings.limits))
