"""From the rules' CEL to what a ValidatingAdmissionPolicy evaluates, in order."""

from __future__ import annotations

import re
from string import Formatter

from rtlint import TYPE_CHECKING
from rtlint.lint.found import context
from rtlint.lint.read_suppressions import ANNOTATION
from rtlint.lint.registry import load_rule
from rtlint.lint.rule import cel_text
from rtlint.policy.variables import Variable, shared_variables
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.lint.registry import Name
    from rtlint.lint.rule import Cel, Rule, Scope
    from rtlint.lint.settings import Settings

# Which VMs a rule's scope lets it look at.
_IN_SCOPE: dict[Scope, str] = {
    "workload": "true",
    "realtime": "variables.realtime",
    "dedicated": "(variables.realtime || variables.dedicated)",
    "pages": "(variables.realtime || variables.hugepages)",
}
# The API server drops a message that is longer than 5 KB.
_MOST_CHARACTERS = 4500
# An annotation that is longer names no rules.
_MOST_IGNORED = 1000
_REFERENCE = re.compile(r"\bvariables\.(\w+)")


class Evaluated(NamedTuple):
    """`variables` in the order of their evaluation, the last two `findings`, a list of messages,
    and `message`, all of them in one. `rules` are the ids of those that speak."""

    variables: tuple[Variable, ...]
    rules: tuple[str, ...]

    @property
    def reads_cluster(self) -> bool:
        """Whether the KubeVirt object has a say."""
        return any("params" in variable.expression for variable in self.variables)


def evaluated(rules: Iterable[Name], settings: Settings) -> Evaluated:
    """What the rules ask together; `settings.suppress` is whether the annotation counts."""
    asked = {rule.id: (rule, cel) for rule, cel in _asked(rules, settings)}
    ordered = list(dict.fromkeys(id_ for each in asked for id_ in _with_prior(each, asked)))
    own = [_rule(*asked[id_], frozenset(asked), settings.suppress) for id_ in ordered]
    ids = tuple(sorted(ordered))
    own.append(Variable("findings", _findings(ids)))
    own.append(Variable("message", _message()))
    shared = (*shared_variables(settings.release), Variable("ignored", _ignored()))
    return Evaluated((*_needed(shared, own), *own), ids)


def _asked(rules: Iterable[Name], settings: Settings) -> Iterator[tuple[Rule, Cel]]:
    for loaded in map(load_rule, rules):
        if not isinstance(loaded.policy, str):
            cel = loaded.policy(context(loaded.rule, settings))
            if cel is not None:
                yield loaded.rule, cel


def _with_prior(id_: str, asked: dict[str, tuple[Rule, Cel]]) -> Iterator[str]:
    """A rule below those that it asks whether they have spoken."""
    for prior, _ in asked[id_][1].unless:
        if prior in asked:
            yield from _with_prior(prior, asked)
    yield id_


def _rule(rule: Rule, cel: Cel, known: frozenset[str], suppress: bool) -> Variable:
    """The variable of a rule: its message, or "" where it has nothing to say."""
    tests = [
        *([_IN_SCOPE[rule.scope]] if rule.scope != "workload" else []),
        *(f"!(variables.{id_} != '' && {where})" for id_, where in cel.unless if id_ in known),
        f"!(\n{_indented(cel.right)}\n)",
    ]
    if suppress:
        slug = rule.name.upper()
        tests.append(f"!variables.ignored.exists(n, '{rule.id}'.startsWith(n) || n == '{slug}')")
    # A rule's own variables that are not there say nothing.
    return Variable(rule.id, f"{' && '.join(tests)} ?\n{_text(rule, cel)} : ''")


def _text(rule: Rule, cel: Cel) -> str:
    base = "metadataPath" if cel.of_metadata else "path"
    parts = [cel_text(f"{rule.id} "), f"variables.{base}", cel_text(f".{cel.field}: ")]
    for text, name, _, _ in Formatter().parse(cel.message):
        parts += [cel_text(text)] if text else []
        parts += [f"string(variables.{name})"] if name else []
    return " + ".join(parts)


def _indented(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()]
    return "\n".join(f"  {line}" for line in lines)


def _findings(ids: Iterable[str]) -> str:
    listed = ",\n".join(f"  variables.{id_}" for id_ in ids)
    return f"[\n{listed}\n].filter(text, text != '')"


def _message() -> str:
    """All messages in one: of several validations that fail Deny and Audit name only one."""
    whole = "variables.findings.join(' | ')"
    cut = f"{whole}.substring(0, {_MOST_CHARACTERS}) + ' ...'"
    return f"{whole}.size() > {_MOST_CHARACTERS} ? {cut} : {whole}"


def _ignored() -> str:
    """The names in the annotation, on the object, a pool's VirtualMachine, or the template."""
    return (
        "(variables.outerAnnotations + [variables.annotations])"
        f".map(each, each[?'{ANNOTATION}'].orValue(''))"
        f".filter(each, type(each) == string && size(each) < {_MOST_IGNORED})"
        ".map(each, string(each)).join(',').upperAscii().split(',')"
        ".map(each, each.trim()).filter(each, each != '')"
    )


def _needed(shared: Iterable[Variable], own: Iterable[Variable]) -> list[Variable]:
    """The shared variables that are read, by the rules' own or by one another."""
    wanted = {name for each in own for name in _REFERENCE.findall(each.expression)}
    kept = []
    for variable in reversed(tuple(shared)):
        if variable.name in wanted:
            kept.append(variable)
            wanted.update(_REFERENCE.findall(variable.expression))
    return kept[::-1]
