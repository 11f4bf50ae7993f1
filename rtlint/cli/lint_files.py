"""From paths to linted, and to fixed, files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rtlint.cli.discover import discover
from rtlint.cli.files import read_bytes
from rtlint.cli.jobs import sensible_jobs, spread
from rtlint.cli.known import Parsed, gather, parse_early
from rtlint.lint.found import unreadable
from rtlint.lint.registry import load_rule
from rtlint.lint.run import Result, gives_out_whole_cores, is_worth_reading, lint_bytes
from rtlint.report.model import Linted
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.cli.configure import Configurations
    from rtlint.kubevirt.cluster import Cluster
    from rtlint.limits import Limits
    from rtlint.lint.settings import Settings

_MARK = "\ufeff"


class Content(NamedTuple):
    """A file as it was read.

    `name` is what the report calls it, `path` where it lies ("-" is standard input). `data` is
    None where it cannot hold a KubeVirt object; `parsed` is set where others need to know it,
    `problem` where the file was not read.
    """

    name: str
    path: str
    data: bytes | None
    parsed: Parsed | None
    gives_out_whole_cores: bool
    problem: Unreadable | None = None


class Surroundings(NamedTuple):
    """What counts beside the linted files.

    `stdin_name` is what to call standard input, `instancetypes` are paths that are read for
    instancetypes and preferences only, `cluster` is what the user says the cluster is.
    `configurations` say what counts for single files. `render`: also what Helm and Kustomize
    make of the folders.
    """

    stdin_name: str
    instancetypes: tuple[str, ...]
    cluster: Cluster | None
    configurations: Configurations | None = None
    render: bool = False


def _nobody(*_: object) -> None:
    """Is told, and tells nobody."""


class Tell(NamedTuple):
    """Whom to tell what is not a finding.

    `fail` is told failures, which end in status 2, `note` what people should know, `detail` which
    files are read and which are passed over, `progress` how many files of how many are done.
    """

    fail: Callable[[str], None]
    note: Callable[[str], None]
    detail: Callable[[str], None] = _nobody
    progress: Callable[[int, int], None] = _nobody


class Fix(NamedTuple):
    """What to do with fixes: make the unsafe ones too, and write the files or leave them."""

    unsafe: bool
    write: bool


def read_files(
    paths: tuple[str, ...], settings: Settings, surroundings: Surroundings, tell: Tell
) -> tuple[list[Content], Settings]:
    """Read all files, and the settings with what they say of each other.

    What cannot be read is told to `tell.fail`, what does not count to `tell.note`.
    """
    limits = settings.limits
    found = _read_all(paths, surroundings.stdin_name, limits, tell, surroundings.configurations)
    contents = list(found)
    if surroundings.render:
        from rtlint.cli.rendering import rendered

        for name, data in rendered(paths, tell):
            whole_cores = gives_out_whole_cores(data)
            contents.append(
                Content(name, name, data, parse_early(name, data, settings.limits), whole_cores)
            )
    return contents, _know(contents, settings, surroundings, tell)


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
    work = [(each, settings_of(each.name)) for each in contents if each.data is not None]
    if jobs is None:
        jobs = sensible_jobs(sum(len(content.data or b"") for content, _ in work))
    # What is fixed may go to standard output, which has one order.
    jobs = 1 if fix else jobs
    if jobs > 1 and work:
        _load(work[0][1])
    outcomes = spread(partial(_lint_content, fix=fix), work, jobs)
    for number, content in enumerate(contents, 1):
        if content.data is None:
            linted: Linted | None = Linted(Source(content.name, ""), Result())
        else:
            linted, failures = next(outcomes)
            for failure in failures:
                tell.fail(failure)
        tell.progress(number, len(contents))
        if linted is not None:
            yield linted


def _load(settings: Settings) -> None:
    """Load the rules and the parser, which otherwise each process would do for itself."""
    for name in settings.rules:
        load_rule(name)
    tuple(compose("{}"))


def _know(
    contents: list[Content], settings: Settings, surroundings: Surroundings, tell: Tell
) -> Settings:
    """The settings with what the files say of instancetypes, preferences and the cluster."""
    linted = (content.parsed for content in contents if content.parsed is not None)
    names = surroundings.instancetypes
    further = _read_all(names, surroundings.stdin_name, settings.limits, tell)
    others = (content.parsed for content in further if content.parsed is not None)
    known = gather(linted, others, tell.note)
    cluster = surroundings.cluster or known.cluster or settings.cluster
    if any(content.gives_out_whole_cores for content in contents):
        cluster = cluster._replace(full_pcpus_only=True)
    return settings._replace(cluster=cluster, definitions=known.definitions)


def _lint_content(
    work: tuple[Content, Settings], fix: Fix | None
) -> tuple[Linted | None, list[str]]:
    """The file, linted or fixed, and what failed; None where rtlint itself did."""
    content, settings = work
    failures: list[str] = []
    data = content.data or b""
    try:
        if content.problem is not None:
            return _unread(content.name, content.problem, settings), failures
        if fix is not None:
            return _fix_file(content, data, settings, fix, failures.append), failures
        return Linted(*lint_bytes(content.name, data, settings)), failures
    except Exception as error:
        # No traceback ever reaches a user.
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        return None, [*failures, f"{content.name}: internal error: {what}"]


def _unread(name: str, problem: Unreadable, settings: Settings) -> Linted:
    source = Source(name, "")
    found = unreadable(source, settings, problem, 1)
    return Linted(source, Result(found, documents=1))


def _read_all(
    paths: tuple[str, ...],
    stdin_name: str,
    limits: Limits,
    tell: Tell,
    configurations: Configurations | None = None,
) -> Iterator[Content]:
    for file in discover(paths, tell.detail):
        name = stdin_name if file.path == "-" else file.path
        if configurations is not None and configurations.excludes(name):
            continue
        try:
            data = read_bytes(file, limits.file_size)
        except OSError as error:
            tell.fail(f"{name}: {error.strerror or error}")
            continue
        except Unreadable as problem:
            if file.path == "-":
                # With `--fix` the output would take the place of what was not read.
                tell.fail(f"{name}: {problem.message}")
            else:
                yield Content(name, name, b"", None, False, problem)
            continue
        is_kept = file.path == "-" or is_worth_reading(name, data, file.explicit)
        tell.detail(f"{name}: {'read' if is_kept else 'passed over: it holds no KubeVirt object'}")
        kept = data if is_kept else None
        parsed = None if kept is None else parse_early(name, kept, limits)
        yield Content(name, file.path, kept, parsed, gives_out_whole_cores(data))


def _fix_file(
    content: Content, data: bytes, settings: Settings, fix: Fix, fail: Callable[[str], None]
) -> Linted:
    """Fix one file and write it; where that fails, what linting found in it as it is."""
    from rtlint.cli.write import Unwritten
    from rtlint.lint import fixing

    source, result = lint_bytes(content.name, data, settings)
    linted, new = Linted(source, result), data
    if any(diagnostic.fix for diagnostic in result.diagnostics):
        try:
            fixed = fixing.fix(source, settings, fix.unsafe, result)
        except fixing.Broken as error:
            fail(f"{content.name}: internal error: {error}")
        else:
            mark = _MARK if data.startswith(_MARK.encode()) else ""
            linted = Linted(fixed.source, fixed.result, fixed.applied, source, result, mark)
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
    from rtlint.cli.write import write_whole

    if path == "-":
        sys.stdout.buffer.write(new)
    elif new != old:
        write_whole(path, new, old)
