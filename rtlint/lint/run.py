"""One way through: a source and settings in, diagnostics out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubernetes.objects import Object, objects
from rtlint.kubevirt.workload import GROUPS, Workload, workload
from rtlint.lint.diagnostic import Diagnostic, Resource
from rtlint.lint.origin import at_reference, brought_by
from rtlint.lint.registry import LoadedRule, load_rule
from rtlint.lint.rule import Context, Finding, Scope
from rtlint.yaml.compose import compose
from rtlint.yaml.locate import Span
from rtlint.yaml.nodes import Document, odd_keys
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.kubevirt.definitions import Definition
    from rtlint.lint.settings import Settings
    from rtlint.lint.suppressions import Unused

# A file without these bytes holds no KubeVirt object: nothing else is worth a parser's time.
# The second is how UTF-16 of either byte order writes it.
_MARKS = (b"kubevirt.io", b"k\0u\0b\0e\0v\0i\0r\0t\0.\0i\0o")
_TEMPLATE_MARKS = (b"{{", b"{%")
_SYNTAX_CHECK_LIMIT = 1_000_000  # bytes
_FULL_PCPUS_ONLY = re.compile(rb"""full-pcpus-only\\?["']?\s*[:=]\s*\\?["']?true""")

Documents = Sequence[Document | Unreadable]


class Result:
    """What linting one source found, and what there was to look at."""

    __slots__ = ("diagnostics", "documents", "realtime", "skipped", "suppressed", "workloads")

    def __init__(self, diagnostics: Iterable[Diagnostic] = (), documents: int = 0) -> None:
        self.diagnostics = list(diagnostics)
        self.documents = documents
        self.workloads = 0
        self.realtime = 0
        self.suppressed = 0
        self.skipped = 0

    def with_diagnostics(self, diagnostics: list[Diagnostic]) -> Result:
        """The same counts with other diagnostics."""
        other = copy(self)
        other.diagnostics = diagnostics
        return other


def may_hold_objects(data: bytes) -> bool:
    """Whether the bytes name KubeVirt's API groups, as every object of theirs does."""
    return any(mark in data for mark in _MARKS)


def is_worth_reading(path: str, data: bytes, named: bool) -> bool:
    """Whether a file can hold a KubeVirt object, told from its bytes alone.

    Where a person `named` the file its syntax is checked all the same, unless it is large, or JSON
    (which other tools write with comments), or looks like a template, which is no YAML before it
    is rendered.
    """
    if may_hold_objects(data):
        return True
    is_template = any(mark in data for mark in _TEMPLATE_MARKS)
    too_large = len(data) > _SYNTAX_CHECK_LIMIT
    return named and not (is_template or too_large or path.endswith(".json"))


def gives_out_whole_cores(data: bytes) -> bool:
    """Whether a file configures kubelets with the CPU manager's option `full-pcpus-only`.

    It stands in a KubeletConfig, a KubeletConfiguration, or in JSON in the annotation of a
    PerformanceProfile.
    """
    return b"full-pcpus-only" in data and _FULL_PCPUS_ONLY.search(data) is not None


def lint_bytes(path: str, data: bytes, settings: Settings) -> tuple[Source, Result]:
    """Lint a file's content."""
    try:
        source = Source(path, decode(data))
    except Unreadable as problem:
        source = Source(path, data.decode("utf-8", "replace"))
        return source, Result(_unreadable(source, settings, problem, 1), documents=1)
    return source, lint(source, settings)


def lint(source: Source, settings: Settings, documents: Documents | None = None) -> Result:
    """Run the rules over every KubeVirt object of a source; the diagnostics come in order.

    `documents` are the source's, where somebody has read them already.
    """
    result = Result()
    may_suppress = settings.suppress and "rtlint" in source.text
    may_be_template = any(mark in source.text for mark in ("{{", "{%", "${"))
    read: Iterable[Document | Unreadable] = documents or compose(source.text)
    if may_suppress or may_be_template:
        # Held together only where they are looked at once more.
        read = tuple(read)
    if may_be_template and _skip(source, tuple(read), settings, result):
        return result
    if "$patch:" in source.text:
        settings = settings._replace(is_patch=True)
    for document in read:
        result.documents += 1
        if isinstance(document, Unreadable):
            result.diagnostics += _unreadable(source, settings, document, result.documents)
            continue
        for obj in objects(source, document, GROUPS):
            result.diagnostics += _lint_object(obj, settings, result)
    if may_suppress:
        _suppress(source, tuple(read), settings, result)
    result.diagnostics.sort(key=lambda diagnostic: diagnostic.order)
    return result


def _lint_object(obj: Object, settings: Settings, result: Result) -> Iterator[Diagnostic]:
    for problem in odd_keys(obj.node):
        yield from _unreadable(obj.source, settings, problem, obj.document.number)
    vm = workload(obj, settings.release, settings.cluster, settings.definitions, settings.is_patch)
    yield from _run("object", obj, obj, settings, vm)
    if vm is None:
        return
    if not vm.is_instancetype:
        result.workloads += 1
        result.realtime += vm.is_realtime
        yield from _run("workload", vm, obj, settings, vm)
    if vm.is_realtime:
        yield from _run("realtime", vm, obj, settings, vm)


def _run(
    scope: Scope, subject: Any, obj: Object, settings: Settings, vm: Workload | None
) -> Iterator[Diagnostic]:
    for loaded, finding in _findings(scope, subject, settings):
        if settings.is_patch and _is_of_a_whole(loaded, finding):
            continue
        source = brought_by(vm, finding) if vm is not None else None
        if source is not None and _is_said_there(loaded, source[0], settings):
            continue
        span = finding.span or obj.span(finding.path, finding.on_key)
        found = _diagnostic(loaded, finding, settings, obj.source, span, obj.document.number)
        found = _about(found, obj, finding)._replace(**_fix(obj, vm, finding, settings))
        if source is not None and vm is not None:
            found = at_reference(found, vm, source)
        yield found


def _is_of_a_whole(loaded: LoadedRule, finding: Finding) -> bool:
    """Whether a finding is about what a patch may lack, or about Kustomize's own directives."""
    return loaded.rule.id == "RT604" or finding.path.rpartition(".")[2].startswith("$")


def _about(found: Diagnostic, obj: Object, finding: Finding) -> Diagnostic:
    resource = Resource(obj.api_version, obj.kind, obj.namespace, obj.name)
    return found._replace(resource=resource, field=obj.full_path(finding.path))


def _is_said_there(loaded: LoadedRule, source: Definition, settings: Settings) -> bool:
    """Whether the rule finds the same in the instancetype itself, which this run lints."""
    if not source.is_linted or source.object is None:
        return False
    given = workload(source.object, settings.release, settings.cluster)
    if given is None or not given.is_realtime:
        return False
    return any(True for _ in _known(loaded.check(given, _context(loaded, settings))))


def _fix(obj: Object, vm: Workload | None, finding: Finding, settings: Settings) -> dict[str, Any]:
    if finding.fix is None:
        return {}
    from rtlint.lint.resolve import resolve
    from rtlint.yaml.text_edit import Withheld

    try:
        return {"fix": resolve(obj, vm, finding.fix, settings)}
    except Withheld as reason:
        return {"withheld": str(reason)}


def _skip(source: Source, documents: Documents, settings: Settings, result: Result) -> bool:
    """Whether the text is a template; then the result says so, and nothing else."""
    from rtlint.lint.templates import recognise

    template = recognise(source, documents)
    if template is None:
        return False
    span = Span(template.offset, template.offset + 2)
    result.skipped = 1
    result.diagnostics += (
        _diagnostic(loaded, finding, settings, source, span, 1)
        for loaded, finding in _findings("template", template, settings)
    )
    return True


def _suppress(source: Source, documents: Documents, settings: Settings, result: Result) -> None:
    """Take out of the result what the file suppresses; what it suppresses in vain comes in."""
    from rtlint.lint.suppressions import read_suppressions, split, unused

    suppressions = read_suppressions(source, documents)
    kept, used = split(result.diagnostics, suppressions)
    further: list[Diagnostic] = []
    # Nobody knows what would be found in text that cannot be read.
    if not any(isinstance(document, Unreadable) for document in documents):
        idle = unused(source.text, suppressions, used, settings.rules)
        further = [found for each in idle for found in _unused(source, each, settings)]
        kept += split(further, suppressions)[0]
    result.suppressed = len(result.diagnostics) + len(further) - len(kept)
    result.diagnostics = kept


def _unused(source: Source, unused: Unused, settings: Settings) -> Iterator[Diagnostic]:
    obj, edit = unused.suppression.obj, unused.edit
    for loaded, finding in _findings("suppression", unused, settings):
        number = 1 if obj is None else obj.document.number
        found = _diagnostic(loaded, finding, settings, source, unused.suppression.span, number)
        if obj is not None:
            found = _about(found, obj, finding)._replace(**_fix(obj, None, finding, settings))
        elif edit is not None and finding.fix is not None:
            from rtlint.lint.resolve import Resolved

            level, what, _ = finding.fix
            found = found._replace(fix=Resolved(level, what, (edit,), (), frozenset()))
        yield found


def _unreadable(
    source: Source, settings: Settings, problem: Unreadable, number: int
) -> Iterator[Diagnostic]:
    for loaded, finding in _findings("text", problem, settings):
        offset = min(problem.offset or 0, len(source.text))
        span = Span(offset, min(offset + 1, len(source.text)))
        yield _diagnostic(loaded, finding, settings, source, span, number)


def _findings(
    scope: Scope, subject: Any, settings: Settings
) -> Iterator[tuple[LoadedRule, Finding]]:
    for name in settings.rules:
        loaded = load_rule(name)
        if loaded.rule.scope != scope:
            continue
        for finding in _known(loaded.check(subject, _context(loaded, settings))):
            yield loaded, finding


def _context(loaded: LoadedRule, settings: Settings) -> Context:
    options = {**loaded.rule.options, **settings.options.get(loaded.rule.name, {})}
    return Context(settings.release, settings.cluster, options)


def _known(findings: Iterable[Finding]) -> Iterator[Finding]:
    """A check's findings up to the first value that cannot be known: then it has no more to say."""
    try:
        yield from findings
    except UnknownValue:
        return


def _diagnostic(
    loaded: LoadedRule,
    finding: Finding,
    settings: Settings,
    source: Source,
    span: Span,
    document: int,
) -> Diagnostic:
    given = settings.severities.get(loaded.rule.id)
    return Diagnostic(
        rule=loaded.rule.id,
        name=loaded.rule.name,
        severity=given or finding.severity or loaded.rule.severity,
        message=finding.message,
        path=source.path,
        document=document,
        start=source.position(span.start),
        end=source.position(span.end),
    )
