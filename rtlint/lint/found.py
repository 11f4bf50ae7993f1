"""From a rule's findings to diagnostics: where in the file, about whom, and what fixes them."""

from __future__ import annotations

from functools import lru_cache

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import UnknownValue
from rtlint.limits import shorten
from rtlint.lint.diagnostic import Diagnostic, Related, Resource
from rtlint.lint.registry import LoadedRule, load_rule
from rtlint.lint.rule import NO_OPTIONS, Context, Failed, Finding, Scope
from rtlint.tuples import NamedTuple
from rtlint.yaml.locate import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.workload import Workload
    from rtlint.lint.registry import Name
    from rtlint.lint.rule import Rule
    from rtlint.lint.settings import Settings
    from rtlint.platform.model import Place
    from rtlint.yaml.source import Source, Unreadable

_VM_SCOPES: tuple[Scope, ...] = ("workload", "realtime", "dedicated", "pages")


class Found(NamedTuple):
    """A rule, what it found, and the diagnostic that this is, without a fix yet."""

    loaded: LoadedRule
    finding: Finding
    diagnostic: Diagnostic


def findings_of(
    vm: Workload, settings: Settings, failures: list[str]
) -> Iterator[tuple[LoadedRule, Finding]]:
    """What the rules find that look at this workload; see `findings`."""
    scopes = tuple(scope for scope in _VM_SCOPES if is_in(scope, vm))
    yield from _findings(scopes, vm, settings, failures)


def is_in(scope: Scope, vm: Workload) -> bool:
    """Whether the rules of a scope look at this workload."""
    if scope == "workload":
        return not vm.is_instancetype
    if vm.is_realtime:
        return True
    try:
        if scope == "dedicated":
            return vm.is_dedicated
        return scope == "pages" and vm.spec.has("domain.memory.hugepages")
    except UnknownValue:
        return False


def findings(
    scope: Scope, subject: Any, settings: Settings, failures: list[str]
) -> Iterator[tuple[LoadedRule, Finding]]:
    """What the rules of a scope find; what fails in a user's own goes to `failures`."""
    yield from _findings((scope,), subject, settings, failures)


def _findings(
    scopes: tuple[Scope, ...], subject: Any, settings: Settings, failures: list[str]
) -> Iterator[tuple[LoadedRule, Finding]]:
    plain = Context(settings.release, settings.cluster, NO_OPTIONS, settings.platform)
    for loaded in _rules(settings.rules, scopes, settings.platform is not None):
        rule = loaded.rule
        seen = context(rule, settings) if rule.options else plain
        try:
            for finding in loaded.check(subject, seen):
                yield loaded, finding
        except UnknownValue:
            # A rule has no more to say from the first value that cannot be known.
            continue
        except Failed as failed:
            failures.append(str(failed))


def context(rule: Rule, settings: Settings) -> Context:
    """What a rule's check gets to see beside the object."""
    options = {**rule.options, **settings.options.get(rule.name, {})}
    return Context(settings.release, settings.cluster, options, settings.platform)


# Asked for every object, and a run has one selection of rules.
@lru_cache(maxsize=16)
def _rules(
    names: tuple[Name, ...], scopes: tuple[Scope, ...], has_platform: bool
) -> tuple[LoadedRule, ...]:
    """The rules that look at something of these scopes, in their order."""
    loaded = tuple(map(load_rule, with_something_to_see(names, has_platform)))
    return tuple(rule for scope in scopes for rule in loaded if rule.rule.scope == scope)


def with_something_to_see(names: tuple[Name, ...], has_platform: bool) -> tuple[Name, ...]:
    """The rules without those of a platform that a run lacks, as nearly all do: they cost their
    import."""
    return tuple(name for name in names if has_platform or not name.is_of_platform)


def at(
    source: Source,
    span: Span,
    document: int,
    loaded: LoadedRule,
    finding: Finding,
    settings: Settings,
) -> Diagnostic:
    """The finding as one about a piece of text; `document` is the number of the one it is in."""
    given = settings.severities.get(loaded.rule.id)
    return Diagnostic(
        rule=loaded.rule.id,
        name=loaded.rule.name,
        severity=given or finding.severity or loaded.rule.severity,
        message=shorten(finding.message, settings.limits.line_length),
        path=source.path,
        document=document,
        start=source.position(span.start),
        end=source.position(span.end),
        url=loaded.url,
        related=tuple(_related(source, *each, settings) for each in finding.related),
    )


def about(obj: Object, loaded: LoadedRule, finding: Finding, settings: Settings) -> Diagnostic:
    """The finding as one about an object."""
    most = settings.limits.line_length
    span = finding.span or obj.span(finding.path, finding.on_key)
    return at(obj.source, span, obj.document.number, loaded, finding, settings)._replace(
        resource=Resource(
            shorten(obj.api_version, most),
            shorten(obj.kind, most),
            _shorten_if_any(obj.namespace, most),
            _shorten_if_any(obj.name, most),
        ),
        field=shorten(obj.full_path(finding.path), most),
    )


def _shorten_if_any(text: str | None, most: int) -> str | None:
    return text and shorten(text, most)


def unreadable(
    source: Source, settings: Settings, problem: Unreadable, document: int, failures: list[str]
) -> Iterator[Diagnostic]:
    """What the rules say of text that cannot be read; see `findings` for `failures`."""
    for loaded, finding in findings("text", problem, settings, failures):
        offset = min(problem.offset or 0, len(source.text))
        span = Span(offset, min(offset + 1, len(source.text)))
        yield at(source, span, document, loaded, finding, settings)


def _related(source: Source, message: str, where: Span | Place, settings: Settings) -> Related:
    message = shorten(message, settings.limits.line_length)
    if not isinstance(where, Span):
        return Related(message, *where)
    span = where
    return Related(message, source.path, source.position(span.start), source.position(span.end))
