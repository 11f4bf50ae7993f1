"""One way through: a source and settings in, diagnostics out.

A source is linted piece by piece, so that of a large one little is held at a time.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.blocks import SUFFIXES as DOCUMENTATION
from rtlint.blocks import is_documentation
from rtlint.limits import LONG
from rtlint.lint.found import at, findings, unreadable
from rtlint.lint.part import TEMPLATES, Part, is_kustomization, lint_part, names_of
from rtlint.yaml.compose import cut
from rtlint.yaml.locate import Span
from rtlint.yaml.source import TOP, NotCut, Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Final

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.settings import Settings
    from rtlint.lint.suppressions import Suppression
    from rtlint.lint.templates import Template
    from rtlint.yaml.source import Above

# A file without one of these holds no KubeVirt object, nor one with a misspelt kind or group:
# nothing else is worth a parser's time. All of them have the shortest, which is looked for first.
_GROUP_MARK, _KIND_MARKS, _ALL_HAVE = b"kubevirt.io", (b"VirtualMachine", b"KubeVirt"), b"irt"
# Of the cluster's other objects: kinds that no other API has, and a group's end with its kinds.
_TELLING = (b"PerformanceProfile", b"KubeletConfig", b"NetworkAttachmentDefinition")
_OPENSHIFT = b".openshift.io/"
_OPENSHIFT_KINDS = (b"MachineConfig", b"SriovNetwork", b"Tuned")
_NODE = rb"""kind["']?\s*:\s*["']?Node\b"""
_API_VERSION = rb"""apiVersion["']?\s*:\s*["']?([A-Za-z0-9./-]+)"""
# In double quotes: an ASCII character by its number, and a line that goes on in the next.
_ESCAPE = (
    rb"\\(?:x([0-7][\da-fA-F])|u00([0-7][\da-fA-F])|U000000([0-7][\da-fA-F])"
    rb"|(?:\r\n|[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9])[ \t]*)"
)
# Base64 hides any word. A tag may be written with escapes, and `%TAG` gives others its name.
_BINARY = rb"!\S*(?:binary|%[\da-fA-F]{2})|^%TAG"
_TEMPLATE_MARKS = (b"{{", b"{%")
_SYNTAX_CHECK_LIMIT = 1_000_000  # bytes
_NONE: Final[Mapping[str, Part]] = MappingProxyType({})


class Result:
    """What linting one source found, and what there was to look at.

    `failures` say which rules of the user's own failed, where, and why. `suppressed` counts what
    comments and annotations hide, `known` what a baseline does, `untouched` what is not of the
    change that is asked about.
    """

    __slots__ = (
        "diagnostics",
        "documents",
        "failures",
        "known",
        "realtime",
        "skipped",
        "suppressed",
        "untouched",
        "workloads",
    )

    def __init__(self, diagnostics: Iterable[Diagnostic] = (), documents: int = 0) -> None:
        self.diagnostics = list(diagnostics)
        self.documents = documents
        self.failures: list[str] = []
        self.workloads = 0
        self.realtime = 0
        self.suppressed = 0
        self.known = 0
        self.untouched = 0
        self.skipped = 0

    def with_diagnostics(self, diagnostics: list[Diagnostic]) -> Result:
        """The same counts with other diagnostics."""
        from copy import copy

        other = copy(self)
        other.diagnostics = diagnostics
        return other


def may_hold_objects(data: bytes) -> bool:
    """Whether the bytes name one of KubeVirt's API groups, or one of its kinds in a near one."""
    if b"\0" in data:
        data = data.replace(b"\0", b"")  # UTF-16, of either byte order
    data = unescaped(data)
    if b"!" in data and re.search(_BINARY, data, re.MULTILINE):
        return True
    if _ALL_HAVE not in data:
        return False
    return _GROUP_MARK in data or (any(mark in data for mark in _KIND_MARKS) and _names_near(data))


def may_hold_platform(data: bytes) -> bool:
    """Whether the bytes name an object of the cluster that decides beside KubeVirt's own.

    They are without escapes; see `unescaped`.
    """
    if any(kind in data for kind in _TELLING):
        return True
    if _OPENSHIFT in data and any(kind in data for kind in _OPENSHIFT_KINDS):
        return True
    # `NodePort` is in many files.
    return b"Node" in data and re.search(_NODE, data) is not None


def unescaped(data: bytes) -> bytes:
    """The bytes with letters in place of their escapes: `"kubevirt\\u002eio/v1"` is a group too.

    Good enough to look for words in it.
    """
    return re.sub(_ESCAPE, _letter, data) if b"\\" in data else data


def _letter(escape: re.Match[bytes]) -> bytes:
    digits = escape[1] or escape[2] or escape[3]
    return bytes([int(digits, 16)]) if digits else b""


def _names_near(data: bytes) -> bool:
    """Whether a group is nearly KubeVirt's. Other projects have kinds of the same names."""
    from rtlint.kubevirt.schema.misspelt import is_near_group

    return any(is_near_group(name.decode()) for name in set(re.findall(_API_VERSION, data)))


def is_worth_reading(path: str, data: bytes, named: bool) -> bool:
    """Whether a file can hold a KubeVirt object, told from its bytes alone.

    Where a person `named` the file its syntax is checked all the same, unless it is large, or JSON
    (which other tools write with comments), or documentation, or looks like a template, which is no
    YAML before it is rendered.
    """
    if may_hold_objects(data):
        return True
    # A JSON patch in it need not name the group.
    if is_kustomization(path) and (b"VirtualMachine" in data or b"/domain/" in data):
        return True
    is_template = any(mark in data for mark in _TEMPLATE_MARKS)
    too_large = len(data) > _SYNTAX_CHECK_LIMIT
    return named and not (is_template or too_large or path.endswith((".json", *DOCUMENTATION)))


def lint_bytes(path: str, data: bytes, settings: Settings) -> tuple[Source, Result]:
    """Lint a file's content."""
    try:
        source = Source(path, decode(data))
    except Unreadable as problem:
        source = Source(path, data.decode("utf-8", "replace"))
        return source, unread(source, settings, problem)
    return source, lint(source, settings)


def unread(source: Source, settings: Settings, problem: Unreadable) -> Result:
    """What the rules say of a file that cannot be read."""
    result = Result(documents=1)
    result.diagnostics += unreadable(source, settings, problem, 1, result.failures)
    return result


def lint(source: Source, settings: Settings) -> Result:
    """Run the rules over every KubeVirt object of a source; the diagnostics come in order."""

    def parts(whole: bool) -> Iterator[Part]:
        return parts_of(source, settings, whole=whole)

    return conclude_once(parts, settings)


def parts_of(
    source: Source,
    settings: Settings,
    known: Mapping[str, Part] = _NONE,
    *,
    whole: bool = False,
) -> Iterator[Part]:
    """Lint the pieces of a source; for `known` and `whole` see `lint_parts`."""
    if not is_documentation(source.path):
        yield from lint_parts(source.path, cut(source.text), settings, known, whole=whole)
        return
    from rtlint.lint.page import lint_page

    yield from lint_page(source, settings)


def lint_parts(
    path: str,
    texts: Iterable[str],
    settings: Settings,
    known: Mapping[str, Part] = _NONE,
    *,
    whole: bool = False,
) -> Iterator[Part]:
    """Lint the pieces of a file, one after the other.

    `known` are parts of the same file by their text, as they were linted with the same settings.
    Raises NotCut where a List is to be linted as a `whole`.
    """
    above = TOP
    of_file: tuple[Suppression, ...] = ()
    for text in texts:
        source = Source(path, text, above)
        was = known.get(text)
        if was is not None and (was.suppressions or was.ignored != names_of(of_file)):
            was = None
        pieces = (source,) if was else pieces_of(source, settings, whole)
        begun = 0
        for piece in pieces:
            part = _moved(was, above) if was else lint_part(piece, settings, of_file)
            of_file = of_file or part.of_file
            begun += part.begun
            yield part
        above = source.below(begun)


def _moved(part: Part, above: Above) -> Part:
    # Only an editor knows what a file was before.
    from rtlint.lint.moved import moved

    return moved(part, above)


def pieces_of(source: Source, settings: Settings, whole: bool) -> Iterable[Source]:
    """What to lint a piece of a file in: of a long List, unless as a `whole`, some items each."""
    if whole or len(source.text) < LONG:
        return (source,)
    if is_kustomization(source.path) or source.path.endswith(TEMPLATES):
        return (source,)
    from rtlint.kubernetes.lists import pieces

    return pieces(source, settings.limits)


def conclude_once(parts: Callable[[bool], Iterable[Part]], settings: Settings) -> Result:
    """What the parts of a file come to, with its Lists in pieces, or where one cannot be as wholes;
    `parts` is told which.
    """
    try:
        return conclude(parts(False), settings)
    except NotCut:
        pass
    return conclude(parts(True), settings)


def conclude(parts: Iterable[Part], settings: Settings) -> Result:
    """What the parts of a file come to; where one is a template, the file is.

    In documentation each block speaks for itself.
    """
    result = Result()
    suppressions: list[Suppression] = []
    is_whole = True
    for part in parts:
        if part.template is not None:
            skipped = _skipped(part.source, part.template, settings)
            if not is_documentation(part.source.path):
                return skipped
            result.diagnostics += skipped.diagnostics
        result.diagnostics += part.diagnostics
        result.documents += part.begun
        result.workloads += part.workloads
        result.realtime += part.realtime
        result.failures += part.failures
        suppressions += part.suppressions
        is_whole = is_whole and not part.is_broken
    if suppressions:
        from rtlint.lint.suppress import suppress

        found = len(result.diagnostics)
        result.diagnostics, further = suppress(
            result.diagnostics, suppressions, is_whole, settings, result.failures
        )
        result.suppressed = found + further - len(result.diagnostics)
    result.diagnostics.sort(key=lambda diagnostic: diagnostic.order)
    return result


def _skipped(source: Source, template: Template, settings: Settings) -> Result:
    """A file that is a template says so, and nothing else."""
    span = Span(template.offset, template.offset + 2)
    result = Result()
    result.diagnostics += (
        at(source, span, source.above.documents + 1, loaded, finding, settings)
        for loaded, finding in findings("template", template, settings, result.failures)
    )
    result.skipped = 1
    return result
