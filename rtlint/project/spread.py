"""A large file linted by several processes, which each read it and take turns at its pieces."""

from __future__ import annotations

from itertools import chain

from rtlint import TYPE_CHECKING
from rtlint.lint.part import lint_part
from rtlint.lint.run import pieces_of
from rtlint.project.jobs import dealt
from rtlint.yaml.compose import documents_in
from rtlint.yaml.source import TOP, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rtlint.lint.part import Part
    from rtlint.lint.settings import Settings
    from rtlint.lint.suppressions import Suppression

# Of suppressions more is asked than a process can be sent: their pieces it sends back, and who asks
# lints them.
_SUPPRESSES = "rtlint"
# In characters: to send the results of each VM by itself takes a tenth of the whole.
_TURN = 2**16


def spread_parts(
    path: str,
    texts: Callable[[], Iterable[str]],
    settings: Settings,
    jobs: int,
    *,
    whole: bool,
) -> Iterator[Part]:
    """The parts of a file in order, made by as many processes; see `lint_parts`."""

    def share(turns: Iterator[int]) -> Iterator[tuple[Part | Source, ...]]:
        mine = next(turns)
        turn = size = 0
        made: list[Part | Source] = []
        of_file: tuple[Suppression, ...] = ()
        for source in _sources(path, texts(), settings, whole):
            suppresses = _SUPPRESSES in source.text
            if suppresses and source.above is TOP:
                of_file = lint_part(source, settings._replace(rules=())).of_file
            if turn == mine:
                made.append(source if suppresses else lint_part(source, settings, of_file).found)
            size += len(source.text)
            if size < _TURN:
                continue
            if turn == mine:
                yield tuple(made)
                made = []
                mine = next(turns, -1)
            turn += 1
            size = 0
        if turn == mine:
            yield tuple(made)

    of_file: tuple[Suppression, ...] = ()
    for each in chain.from_iterable(dealt(share, jobs)):
        part = lint_part(each, settings, of_file) if isinstance(each, Source) else each
        of_file = of_file or part.of_file
        yield part


def _sources(path: str, texts: Iterable[str], settings: Settings, whole: bool) -> Iterator[Source]:
    """The pieces of a file, which are not all linted here."""
    above = TOP
    for text in texts:
        source = Source(path, text, above)
        yield from pieces_of(source, settings, whole)
        above = source.below(documents_in(text, settings.limits))
