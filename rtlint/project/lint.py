"""From files to linted, and to fixed, files."""

from __future__ import annotations

import sys
from functools import partial

from rtlint import TYPE_CHECKING
from rtlint.lint.found import with_something_to_see
from rtlint.lint.linted import Linted
from rtlint.lint.registry import load_rule
from rtlint.lint.run import Result, lint_bytes, unread
from rtlint.project.files import Named, read_bytes
from rtlint.project.jobs import is_worth_several, sensible_jobs, spread
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rtlint.lint.settings import Settings
    from rtlint.project.content import Content, Tell

_MARK = "\ufeff"


class Fix(NamedTuple):
    """What to do with fixes: make the unsafe ones too, and write the files or leave them."""

    unsafe: bool
    write: bool


def lint_files(
    contents: list[Content],
    settings_of: Callable[[str], Settings],
    fix: Fix | None,
    tell: Tell,
    jobs: int | None = 1,
) -> Iterator[Linted]:
    """Lint each file with its settings, or fix it and lint what it has become, in order.

    What cannot be written, and rtlint's own errors, are told to `tell.fail`; the other files are
    still linted. `jobs` is how many processes lint; None is as many as it pays to have.
    """
    # A file's configuration may be wrong: that ends the run before the first is linted.
    work = [(each, settings_of(each.name)) for each in contents if each.is_linted]
    if jobs is None:
        jobs = sensible_jobs(sum(content.size for content, _ in work))
    # What is fixed may go to standard output, which has one order.
    jobs = 1 if fix else jobs
    if jobs > 1 and work:
        _load(work[0][1])
    # At a large file all processes work.
    small = [each for each in work if not _is_large(each[0])]
    outcomes = spread(partial(_lint_content, fix=fix), small, jobs)
    todo = iter(work)
    for number, content in enumerate(contents, 1):
        if not content.is_linted:
            linted: Linted | None = Linted(Source(content.name, ""), Result())
        else:
            each = next(todo)
            large = _is_large(content)
            linted, failures = _lint_content(each, fix, jobs) if large else next(outcomes)
            for failure in failures:
                tell.fail(failure)
        tell.progress(number, len(contents))
        if linted is not None:
            yield linted


def _is_large(content: Content) -> bool:
    return content.is_stream and is_worth_several(content.size)


def _load(settings: Settings) -> None:
    """Load the rules and the parser, which otherwise each process would do for itself."""
    for name in with_something_to_see(settings.rules, settings.platform is not None):
        load_rule(name)
    tuple(compose("{}"))


def _lint_content(
    work: tuple[Content, Settings], fix: Fix | None, jobs: int = 1
) -> tuple[Linted | None, list[str]]:
    """The file, linted or fixed, and what failed; None where rtlint itself did."""
    content, settings = work
    failures: list[str] = []
    try:
        linted = _lint(content, settings, fix, failures.append, jobs)
    except OSError as error:
        return None, [*failures, f"{content.name}: {error.strerror or error}"]
    except Unreadable as problem:
        # Somebody writes it meanwhile.
        return None, [*failures, f"{content.name}: {problem.message}"]
    except MemoryError:
        return None, [*failures, f"{content.name}: there is not enough memory for this file"]
    except Exception as error:
        # No traceback ever reaches a user.
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        return None, [*failures, f"{content.name}: internal error: {what}"]
    # A rule that fails, does so for each VM as a rule.
    for failure in dict.fromkeys(linted.result.failures):
        failures.append(f"{content.name}: {failure}")
    return linted, failures


def _lint(
    content: Content,
    settings: Settings,
    fix: Fix | None,
    fail: Callable[[str], None],
    jobs: int,
) -> Linted:
    if content.problem is not None:
        source = Source(content.name, "")
        return Linted(source, unread(source, settings, content.problem))
    if content.is_stream and fix is None:
        from rtlint.project.stream import lint_stream

        return lint_stream(content.name, content.path, settings, jobs)
    data = content.data or b""
    if content.is_stream:
        data = read_bytes(Named(content.path, explicit=True), settings.limits.file_size)
    if fix is not None:
        return _fix_file(content, data, settings, fix, fail)
    return Linted(*lint_bytes(content.name, data, settings))


def _fix_file(
    content: Content, data: bytes, settings: Settings, fix: Fix, fail: Callable[[str], None]
) -> Linted:
    """Fix one file and write it; where that fails, what linting found in it as it is."""
    from rtlint.lint import fixing
    from rtlint.project.write import Unwritten

    source, result = lint_bytes(content.name, data, settings)
    linted, new = Linted(source, result), data
    if any(diagnostic.fix for diagnostic in result.diagnostics):
        try:
            fixed = fixing.fix(source, settings, fix.unsafe, result)
        except fixing.Broken as error:
            fail(f"{content.name}: internal error: {error}")
        else:
            mark = _MARK if data.startswith(_MARK.encode()) else ""
            linted = Linted(
                fixed.source, fixed.result, fixed.applied, source, result, mark, fixed.edits
            )
            new = (mark + fixed.source.text).encode()
    try:
        if fix.write:
            _put(content.path, new, data)
    except Unwritten as error:
        fail(f"{content.name}: {error}")
        return Linted(source, result)
    return linted


def _put(path: str, new: bytes, old: bytes) -> None:
    """Standard input goes on to standard output, fixed or not; a file is written if it changed."""
    from rtlint.project.write import write_whole

    if path == "-":
        sys.stdout.buffer.write(new)
    elif new != old:
        write_whole(path, new, old)
