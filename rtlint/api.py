"""The library: lint, fix and preview manifests from a program. `docs/library.md` shows it in use.

All names in `__all__` are kept. Nothing here reads or writes but what a function is asked to read,
and there is no global state.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rtlint import TYPE_CHECKING, values
from rtlint.blocks import read_documents
from rtlint.config.options import option_problems
from rtlint.kubevirt.releases import NEWEST, parse_release
from rtlint.lint import fixing, run
from rtlint.lint.registry import find_rule, select_rules
from rtlint.lint.settings import Settings
from rtlint.project.cluster import cluster_in
from rtlint.project.configure import Asked, Configurations
from rtlint.project.content import Surroundings, Tell
from rtlint.project.files import Unusable
from rtlint.project.read import held, know
from rtlint.project.run import lint_paths as lint_files
from rtlint.project.run_options import run_options
from rtlint.report.json import as_plain
from rtlint.values import (
    Applied,
    Diagnostic,
    Edit,
    Fix,
    Fixed,
    Position,
    Preview,
    Related,
    Resource,
)
from rtlint.yaml.source import Source, Unreadable

if TYPE_CHECKING:
    from typing import Any

    from rtlint.preview.model import Previewed

    Options = Mapping[str, Mapping[str, Any]]

__all__ = [
    "Applied",
    "Diagnostic",
    "Edit",
    "Error",
    "Fix",
    "Fixed",
    "Position",
    "Preview",
    "Related",
    "Resource",
    "fix",
    "lint",
    "lint_paths",
    "preview",
    "preview_page",
]

_NO_OPTIONS: Options = {}
_MARK = "\ufeff"


class Error(Exception):
    """What was handed in cannot be used: wrong arguments, paths that cannot be read.

    `messages` says each problem in a line.
    """

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


def lint(
    text: str,
    *,
    path: str = "<text>",
    kubevirt_version: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    cluster: str | None = None,
    instancetypes: Iterable[str] = (),
    options: Options = _NO_OPTIONS,
    suppressions: bool = True,
    fixes: bool = True,
) -> list[Diagnostic]:
    """What is wrong with the manifests in a text, in the order of its lines.

    `path` is what findings call the text; nothing is read there. `kubevirt_version` is the target
    (`v1.9`, `v1.3.1`; the newest that rtlint knows). `select` and `ignore` take ids, slugs and
    prefixes of rules. `cluster` is the text of the cluster's KubeVirt object and of others of its
    platform, `instancetypes` are texts with instancetypes and preferences, `options` are those of
    rules, by id or slug. Without `suppressions` comments and annotations suppress nothing. Without
    `fixes` no finding has its fix, which is several times as fast. Raises Error.
    """
    with _errors():
        base = _base(kubevirt_version, select, ignore, options, suppressions)
        settings = _known(text, path, base, cluster, instancetypes)
    return _diagnostics(*_linted(text, path, settings._replace(fixes=fixes)))


def fix(
    text: str,
    *,
    unsafe: bool = False,
    path: str = "<text>",
    kubevirt_version: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    cluster: str | None = None,
    instancetypes: Iterable[str] = (),
    options: Options = _NO_OPTIONS,
    suppressions: bool = True,
) -> Fixed:
    """The text with all safe fixes made, with `unsafe` also those that need a person's judgement.

    No other character changes. The other arguments are those of `lint`. Raises Error.
    """
    with _errors():
        base = _base(kubevirt_version, select, ignore, options, suppressions)
        settings = _known(text, path, base, cluster, instancetypes)
        source, found = _linted(text, path, settings)
        fixed = fixing.fix(source, settings, unsafe, found)
    mark = _MARK if text.startswith(_MARK) else ""
    applied = tuple(Applied(each.rule, each.line, each.description) for each in fixed.applied)
    left = tuple(_diagnostics(fixed.source, fixed.result))
    return Fixed(mark + fixed.source.text, applied, left)


def preview(
    text: str,
    *,
    path: str = "<text>",
    kubevirt_version: str | None = None,
    host: str | None = None,
    cpuset: str | None = None,
    cluster: str | None = None,
    instancetypes: Iterable[str] = (),
) -> list[Preview]:
    """What KubeVirt makes of each VM in a text, realtime or not.

    `host` is the node's description, the output of `virsh capabilities` or of `lscpu --json
    --extended=CPU,CORE,SOCKET,NODE`; `cpuset` are the CPUs that the kubelet gives the pod (`2-7`).
    Without them the node is as a PerformanceProfile or a Node of the texts says, else a plain host
    is assumed. The other arguments are those of `lint`. Raises Error, also where the text, or a VM
    in it, cannot be read.
    """
    from rtlint.preview.json import as_plain as plain_preview

    found = _previewed(text, path, kubevirt_version, host, cpuset, cluster, instancetypes)
    return [values.preview(plain_preview(each)) for each in found]


def preview_page(
    text: str,
    *,
    path: str = "<text>",
    kubevirt_version: str | None = None,
    host: str | None = None,
    cpuset: str | None = None,
    cluster: str | None = None,
    instancetypes: Iterable[str] = (),
) -> str:
    """The same as one HTML page, which loads nothing and runs nothing. Raises Error."""
    from rtlint.preview.html import render

    return render(_previewed(text, path, kubevirt_version, host, cpuset, cluster, instancetypes))


def lint_paths(
    paths: Iterable[str | os.PathLike[str]],
    *,
    kubevirt_version: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    cluster: str | None = None,
    instancetypes: Iterable[str | os.PathLike[str]] = (),
    options: Options = _NO_OPTIONS,
    suppressions: bool = True,
    config: str | os.PathLike[str] | None = None,
    no_config: bool = False,
    exclude: Sequence[str] = (),
    include_docs: bool = False,
    jobs: int | None = 1,
) -> list[Diagnostic]:
    """What `rtlint PATH...` finds: folders are walked, what files say of each other counts.

    So does the nearest configuration of each file, `config` in its place, or none with `no_config`;
    arguments win over it, `options` stand where no configuration names any. `instancetypes` are
    paths here. `include_docs`: also the manifests in Markdown and AsciiDoc files. `jobs` is how
    many processes lint; None is as many as it pays to have. Baselines are the command line's.
    Raises Error, with all that could not be read or that failed.
    """
    select, ignore = tuple(select), tuple(ignore)
    told: dict[str, object] = {
        "kubevirt-version": kubevirt_version,
        "select": select,
        "ignore": ignore,
        "cluster": cluster,
        "no-suppressions": not suppressions,
        "include-docs": include_docs,
    }
    given = frozenset(name for name, value in told.items() if value)
    failures: list[str] = []
    tell = Tell(failures.append)
    with _errors():
        file = None if config is None else os.fspath(config)
        configurations = Configurations(Asked(file, not no_config, given, tuple(exclude)))
        names = tuple(os.fspath(each) for each in paths)
        here = run_options(configurations, names or (".",), "")
        base = _base(kubevirt_version, select, ignore, options, suppressions, configurations)
        base = base._replace(limits=here.limits({}))
        target = None if cluster is None else cluster_in("<cluster>", _encoded(cluster))
        types = tuple(os.fspath(each) for each in instancetypes) or tuple(
            here.pick("instancetypes", ())
        )
        around = Surroundings(
            "<stdin>",
            types,
            target,
            configurations,
            include_docs=here.pick("include-docs", include_docs),
        )
        linting, _ = lint_files(names, base, around, configurations, tell, jobs=jobs)
        files = tuple(linting)
    if failures:
        raise Error(*failures)
    return [each for linted in files for each in _diagnostics(linted.source, linted.result)]


@contextmanager
def _errors() -> Iterator[None]:
    """What goes wrong inside as the one error that callers know."""
    try:
        yield
    except Unusable as error:
        raise Error(*error.messages) from None
    except (ValueError, fixing.Broken) as error:
        raise Error(str(error)) from None


def _base(
    kubevirt_version: str | None,
    select: Iterable[str],
    ignore: Iterable[str],
    options: Options,
    suppressions: bool,
    configurations: Configurations | None = None,
) -> Settings:
    """The settings that the arguments ask for. Raises ValueError."""
    further = configurations.rules if configurations else ()
    by_slug = {}
    for rule, given in options.items():
        name = find_rule(rule, further)
        for _, message in option_problems(name, given):
            raise ValueError(message)
        by_slug[name.slug] = given
    return Settings(
        NEWEST if kubevirt_version is None else parse_release(kubevirt_version),
        rules=select_rules(select, ignore, further),
        options=by_slug,
        suppress=suppressions,
    )


def _known(
    text: str, path: str, base: Settings, cluster: str | None, instancetypes: Iterable[str]
) -> Settings:
    """The settings with what the texts say of each other. Raises Unusable."""
    content = held(path, path, _encoded(text), base.limits)
    others = [
        held(f"<instancetypes {number}>", "", _encoded(each), base.limits)
        for number, each in enumerate(instancetypes, 1)
    ]
    target = None if cluster is None else cluster_in("<cluster>", _encoded(cluster))
    return know([content], others, base, target, Tell()).at(path)


def _linted(text: str, path: str, settings: Settings) -> tuple[Source, run.Result]:
    """What a named file with that text gives."""
    source = Source(path, text.removeprefix(_MARK))
    is_wanted = settings.platform is not None or run.is_worth_reading(path, _encoded(text), True)
    if not is_wanted:
        return source, run.Result()
    return source, run.lint(source, settings)


def _previewed(
    text: str,
    path: str,
    kubevirt_version: str | None,
    host: str | None,
    cpuset: str | None,
    cluster: str | None,
    instancetypes: Iterable[str],
) -> list[Previewed]:
    """What is known of each VM in a text. Raises Error."""
    from rtlint.kubevirt.conversion.host import parse_cpulist, parse_host
    from rtlint.preview.model import Node, previews, virtual_machines
    from rtlint.preview.node import node_of

    with _errors():
        node = Node(
            None if host is None else parse_host(host),
            None if cpuset is None else parse_cpulist(cpuset),
        )
        base = _base(kubevirt_version, (), (), _NO_OPTIONS, True)
        settings = _known(text, path, base, cluster, instancetypes)
    source = Source(path, text.removeprefix(_MARK))
    documents = tuple(read_documents(source, settings.limits))
    problems = [each.message for _, each in documents if isinstance(each, Unreadable)]
    vms = (vm for piece, each in documents for vm in virtual_machines(piece, (each,), settings))
    nodes = node_of(node, lambda _: settings.platform)
    found = tuple(previews(vms, nodes))
    problems += [each for each in found if isinstance(each, str)]
    if problems:
        raise Error(*problems)
    return [each for each in found if not isinstance(each, str)]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _diagnostics(source: Source, result: run.Result) -> list[Diagnostic]:
    return [values.diagnostic(as_plain(each, source)) for each in result.diagnostics]
