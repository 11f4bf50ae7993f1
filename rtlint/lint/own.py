"""Rule modules of a user's own: imported, held to the form of a rule, and guarded while they run.

It is other people's code. What is wrong with it is said with its file, and it stops no other rule.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from zlib import crc32

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import UnknownValue, split_path
from rtlint.lint.rule import (
    APPLICABILITIES,
    SCOPES,
    SEVERITIES,
    Failed,
    Finding,
    Fix,
    Move,
    Operation,
    Rule,
    Set,
)
from rtlint.lint.time_limit import TooMuch, limited
from rtlint.yaml.locate import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.lint.rule import Check, Context

_NAME = re.compile(r"[a-z]+[0-9]+_[a-z0-9_]+\.py")
_SCALARS = (str, bool, int, float, type(None))


class NoRule(Exception):  # noqa: N818 - said in a line each
    """What is wrong with rule modules of a user's own: messages that name the file."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class _Misshapen(Exception):  # noqa: N818 - said by its message alone
    """What a check yields is not of the form that rtlint takes."""


def is_rule(file: str) -> bool:
    """Whether a file's name is that of a rule module, such as `site001_cpu_count.py`."""
    return _NAME.fullmatch(file) is not None


def name_problems(folder: str) -> Iterator[str]:
    """What is wrong with the names in a folder of rules. Raises OSError."""
    files = sorted(file for file in os.listdir(folder) if file.endswith(".py"))
    for file in files:
        # A module that rules share, which is none.
        if not is_rule(file) and not file.startswith("_"):
            yield (
                f"{os.path.join(folder, file)}: not the name of a rule module, such as "
                "`site001_cpu_count.py`; the name of a module that rules share begins with `_`"
            )
    if not files:
        yield f"{folder}: no rule modules in this folder, such as `site001_cpu_count.py`"


def load(folder: str, name: str, id: str, slug: str) -> ModuleType:
    """Import a rule module, which is named after the rule. Raises NoRule."""
    file = os.path.join(folder, f"{name}.py")
    try:
        with limited():
            module = import_module(f"{_package(folder)}.{name}")
    except (Exception, SystemExit, TooMuch) as error:
        line = error.lineno if isinstance(error, SyntaxError) else _place(error, folder)[1]
        where = f" (line {line})" if line else ""
        raise NoRule(f"{file}: not a rule that can be loaded: {_said(error)}{where}") from None
    problems = [f"{file}: {problem}" for problem in _module_problems(module, id, slug)]
    if problems:
        raise NoRule(*problems)
    return module


def _package(folder: str) -> str:
    """The package that stands for a folder, so that `from ._shared import x` works in its rules."""
    path = os.path.abspath(folder)
    name = f"rtlint_own_rules_{crc32(os.fsencode(path)):08x}"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [path]
        sys.modules[name] = package
    return name


def _module_problems(module: ModuleType, id: str, slug: str) -> Iterator[str]:
    rule = getattr(module, "RULE", None)
    if not callable(getattr(module, "check", None)):
        yield "no function `check`, which takes an object and a Context and yields Findings"
    if not isinstance(rule, Rule):
        yield f'no `RULE`, such as `RULE = Rule("{id}", "{slug}", "warning", "workload")`'
        return
    if (rule.id, rule.name) != (id, slug):
        yield f"RULE is `{rule.id}`, `{rule.name}`; by the file's name it is `{id}`, `{slug}`"
    if rule.severity not in SEVERITIES:
        yield f"`{rule.severity}` is not a severity; write {_or(SEVERITIES)}"
    if rule.scope not in SCOPES:
        yield f"`{rule.scope}` is not a scope; write {_or(SCOPES)}"
    if rule.fix is not None and rule.fix not in APPLICABILITIES:
        yield f"`{rule.fix}` is not an applicability of a fix; write {_or(APPLICABILITIES)}"
    if not isinstance(rule.options, Mapping):
        yield "`options` must be a mapping of their names to their defaults"
    if rule.url is not None and not (isinstance(rule.url, str) and "://" in rule.url):
        yield f"`{rule.url}` is not a URL, such as `https://example.org/rules/{id}`"


def guarded(rule: Rule, check: Check, folder: str) -> Check:
    """The check, which raises Failed, with file and line, for whatever goes wrong in it.

    UnknownValue is no mistake, and is raised as it is. One that goes beyond the limit of time or
    memory is not run again.
    """
    gone_too_far: list[TooMuch] = []

    def run(subject: Any, context: Context) -> Iterator[Finding]:
        if gone_too_far:
            return
        made: list[Finding] = []
        # Listed first: what others do with a finding does not count for the limit.
        failure = collect(subject, context, made)
        yield from made
        if failure is not None:
            raise failure from None

    def collect(subject: Any, context: Context, made: list[Finding]) -> Exception | None:
        found: Any = None
        try:
            with limited():
                found = check(subject, context)
                if found is None:
                    raise _Misshapen("`check` yields nothing and returns None")
                for finding in found:
                    problem = _finding_problem(finding, rule)
                    if problem is not None:
                        raise _Misshapen(problem)
                    made.append(finding)
        except UnknownValue as unknown:
            return unknown
        except (Exception, SystemExit, TooMuch) as error:
            file, line = _place(error, folder)
            if not line:
                # Raised here, for what the rule yielded or returned.
                frame = getattr(found, "gi_frame", None)
                code: Any = getattr(check, "__code__", None)
                file = code.co_filename if code else file
                line = frame.f_lineno if frame else code.co_firstlineno if code else 0
            where = os.path.join(folder, os.path.basename(file))
            if isinstance(error, TooMuch):
                gone_too_far.append(error)
            return Failed(f"{rule.id} failed: {where}:{line}: {_said(error)}")
        return None

    return run


def _finding_problem(finding: object, rule: Rule) -> str | None:
    """What is wrong with something that a check yielded; None for a finding as it should be."""
    if not isinstance(finding, Finding):
        return f"`check` yields {type(finding).__name__}, not Finding"
    if not _is_path(finding.path):
        return f"`{finding.path}` is not a field path, such as `spec.domain.devices.disks[0].name`"
    if not isinstance(finding.message, str):
        return "the message of a Finding must be text"
    if finding.severity is not None and finding.severity not in SEVERITIES:
        return f"`{finding.severity}` is not a severity; write {_or(SEVERITIES)}"
    if finding.span is not None and not isinstance(finding.span, Span):
        return f"the span of a Finding is {type(finding.span).__name__}, not Span"
    if not isinstance(finding.related, tuple) or not all(map(_is_related, finding.related)):
        return "`related` of a Finding must be a tuple of pairs, a message and a Span"
    if not isinstance(finding.unless, tuple) or not all(map(_is_place, finding.unless)):
        return "`unless` of a Finding must be a tuple of pairs, a rule's id and a field path"
    return None if finding.fix is None else _fix_problem(finding.fix, rule)


def _fix_problem(fix: object, rule: Rule) -> str | None:
    if not isinstance(fix, Fix):
        return f"the fix of a Finding is {type(fix).__name__}, not Fix"
    if fix.applicability not in APPLICABILITIES:
        return f"`{fix.applicability}` is not an applicability; write {_or(APPLICABILITIES)}"
    if rule.fix is None or (rule.fix, fix.applicability) == ("unsafe", "safe"):
        return (
            f"the rule makes {fix.applicability} fixes, and its RULE does not say so; write "
            f'`fix="{fix.applicability}"` in it'
        )
    if not isinstance(fix.description, str):
        return "the description of a Fix must be text"
    if not isinstance(fix.operations, tuple) or not fix.operations:
        return "a Fix needs operations, in a tuple"
    for each in fix.operations:
        if not isinstance(each, Operation):
            return f"`{each!r}` is not an operation; write Set, Remove or Move"
        paths = (each.path, each.to) if isinstance(each, Move) else (each.path,)
        for path in paths:
            if not _is_path(path) or not path:
                return f"`{path}` is not a field path to set, remove or move"
        if isinstance(each, Set) and not _is_plain(each.value):
            return f"`{each.value!r}` cannot be written as YAML; set text, numbers, lists, dicts"
    return None


def _is_place(each: object) -> bool:
    match each:
        case (str(), path):
            return _is_path(path)
    return False


def _is_related(each: object) -> bool:
    match each:
        case (str(), Span()):
            return True
    return False


def _is_path(path: object) -> bool:
    try:
        return isinstance(path, str) and split_path(path) is not None
    except ValueError:
        return False


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return type(value) in _SCALARS


def _place(error: BaseException, folder: str) -> tuple[str, int]:
    """The file of the folder, and the line in it, where the error came up; line 0 for none."""
    path = os.path.abspath(folder)
    place, trace = ("", 0), error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if os.path.dirname(file) == path:
            place = (file, trace.tb_lineno)
        trace = trace.tb_next
    return place


def _said(error: BaseException) -> str:
    if isinstance(error, _Misshapen):
        return str(error)
    if isinstance(error, TooMuch):
        return f"{error}, so it was stopped"
    text = error.msg if isinstance(error, SyntaxError) else error
    return f"{type(error).__name__}: {text}".splitlines()[0].removesuffix(": ")


def _or(names: tuple[str, ...]) -> str:
    *most, last = (f'"{name}"' for name in names)
    return f"{', '.join(most)} or {last}"
