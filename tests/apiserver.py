"""What a Kubernetes API server makes of a ValidatingAdmissionPolicy, with the official CEL runtime.

It reads the exported YAML and nothing of rtlint's own making. The types of the variables are those
that the compiler infers, as in Kubernetes; the object is dynamic, as every custom resource is.
Kubernetes' own functions (apiserver, pkg/cel/library: quantity) are stated here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from rtlint.kubernetes.quantity import parse_quantity
from rtlint.kubevirt.schema.api import definitions, every_kind, form
from rtlint.kubevirt.schema.paths import resolve

cel = pytest.importorskip("cel_expr_python.cel", reason="cel-expr-python has no wheel here")
ext_optional = pytest.importorskip("cel_expr_python.ext.ext_optional")
ext_strings = pytest.importorskip("cel_expr_python.ext.ext_strings")

_T = cel.Type


def _function(
    name: str, result: Any, parameters: list[Any], impl: Callable[..., Any], member: bool = False
) -> Any:
    overload = cel.Overload(
        f"k8s_{name}", return_type=result, parameters=parameters, is_member=member, impl=impl
    )
    return cel.FunctionDecl(name, [overload])


def _compare(one: str, other: str) -> int:
    left, right = parse_quantity(one).nano, parse_quantity(other).nano
    return (left > right) - (left < right)


_KUBERNETES = cel.CelExtension(
    "kubernetes",
    [
        _function("isQuantity", _T.BOOL, [_T.STRING], lambda s: parse_quantity(s) is not None),
        _function("quantity", _T.DYN, [_T.STRING], lambda text: text),
        _function("compareTo", _T.INT, [_T.DYN, _T.DYN], _compare, member=True),
        _function(
            "asApproximateFloat",
            _T.DOUBLE,
            [_T.DYN],
            lambda text: parse_quantity(text).nano / 10**9,
            member=True,
        ),
    ],
)
_EXTENSIONS = [ext_optional.ExtOptional(), ext_strings.ExtStrings(2), _KUBERNETES]
_GIVEN = ("object", "oldObject", "request", "params", "namespaceObject")


class Failed(Exception):  # noqa: N818 - named by what it says
    """An expression that cannot be evaluated: what the API server calls an evaluation error."""


class Verdict(NamedTuple):
    """`matched`: all match conditions hold. `message` is None where nothing is wrong."""

    matched: bool
    message: str | None = None

    @property
    def rules(self) -> set[str]:
        return set(re.findall(r"(?:^| \| )(RT\d+) ", self.message or ""))


class Expression:
    """An expression, compiled."""

    def __init__(self, name: str, text: str, compiled: Any) -> None:
        self.name = name
        self._compiled = compiled
        # The runtime converts all that it is given, whether or not it is read.
        self._reads = _variables_in(text) | {given for given in _GIVEN if given in text}

    @property
    def type(self) -> Any:
        return self._compiled.return_type()

    def value(self, data: Mapping[str, Any]) -> Any:
        found = self._compiled.eval(data={name: data[name] for name in self._reads})
        if found.type() in (_T.ERROR, _T.UNKNOWN):
            raise Failed(f"{self.name}: {found.plain_value()}")
        return found.plain_value()


class _Compiler:
    """Compiles one expression after the other, each over the variables before it."""

    def __init__(self, given: set[str]) -> None:
        self._types = dict.fromkeys(given, _T.DYN)
        self._declared: set[str] = set()
        self._env: Any = None

    def compile(self, name: str, text: str) -> Expression:
        # An environment is dear: a new one is made where the expression reads what is newer.
        if self._env is None or not _variables_in(text) <= self._declared:
            self._env = cel.NewEnv(variables=self._types, extensions=_EXTENSIONS)
            self._declared = set(self._types)
        return Expression(name, text, self._env.compile(text))

    def type_of(self, text: str) -> str | None:
        """The name of an expression's type; None where it reads what a macro around it names."""
        try:
            return str(self.compile("a part", text).type.name())
        except RuntimeError:
            return None

    def declare(self, variable: Expression) -> None:
        self._types[variable.name] = variable.type


def _variables_in(text: str) -> set[str]:
    return set(re.findall(r"\bvariables\.\w+", text))


class Policy:
    """A policy as it is exported, compiled."""

    def __init__(self, text: str) -> None:
        self.policy, self.binding = YAML(typ="safe").load_all(text)
        spec = self.policy["spec"]
        given = set(_GIVEN) if "paramKind" in spec else set(_GIVEN) - {"params"}
        compiler = _Compiler(given)
        self._conditions = [
            compiler.compile(each["name"], each["expression"]) for each in spec["matchConditions"]
        ]
        self._variables = []
        for each in spec["variables"]:
            variable = compiler.compile(f"variables.{each['name']}", each["expression"])
            compiler.declare(variable)
            self._variables.append(variable)
        self.type_of = compiler.type_of
        (validation,) = spec["validations"]
        self._validation = compiler.compile("validation", validation["expression"])
        self._text = compiler.compile("message", validation["messageExpression"])

    def evaluate(self, name: str, **variables: Any) -> Any:
        """What a variable comes to where those that it reads are these."""
        (variable,) = (each for each in self._variables if each.name == f"variables.{name}")
        return variable.value({f"variables.{key}": value for key, value in variables.items()})

    def review(
        self,
        new: Mapping[str, Any],
        old: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Verdict:
        """What comes of a request that makes the object, or updates an old one. Raises Failed."""
        operation = "CREATE" if old is None else "UPDATE"
        data = {
            "object": _bound(new),
            "oldObject": _bound(old),
            "request": {"operation": operation},
            "params": params,
            "namespaceObject": {},
        }
        if not all(each.value(data) for each in self._conditions):
            return Verdict(False)
        for variable in self._variables:
            data[variable.name] = variable.value(data)
        return Verdict(True, None if self._validation.value(data) else self._text.value(data))


def _bound(value: Any) -> Any:
    """A value for the runtime, whose Python binding cuts texts at a NUL; Kubernetes does not."""
    if isinstance(value, dict):
        return {key: _bound(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_bound(each) for each in value]
    return value.replace("\0", "\x01") if isinstance(value, str) else value


def pruned(data: dict[str, Any], release: tuple[int, ...]) -> dict[str, Any]:
    """An object without what the API server drops: nulls, and fields that the release lacks."""
    minor = release[:2]
    annotated = every_kind(minor)[data["apiVersion"], data["kind"]]
    schema = form(annotated, minor)
    assert schema is not None
    kept = _pruned(data, schema, definitions(minor))
    return {**kept, "metadata": data.get("metadata") or {}}


def _pruned(value: Any, schema: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    schema = resolve(schema, known)
    if isinstance(value, list):
        items = schema.get("items", {})
        return [_pruned(each, items, known) for each in value if each is not None]
    if not isinstance(value, dict):
        return value
    fields, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    return {
        key: _pruned(each, fields.get(key, others if isinstance(others, dict) else {}), known)
        for key, each in value.items()
        if each is not None and (key in fields or others is not False)
    }
