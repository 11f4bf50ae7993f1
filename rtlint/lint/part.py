"""A piece of a file, which holds one document as a rule: the rules run over its objects."""

from __future__ import annotations

import os

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import known
from rtlint.kubernetes.objects import Object, objects
from rtlint.kubevirt.kinds import GROUPS
from rtlint.kubevirt.workload import Workload, workload
from rtlint.limits import Limits
from rtlint.lint.found import Found, about, context, findings, findings_of, is_in, unreadable
from rtlint.lint.rule import Failed
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document, Scalar, odd_keys
from rtlint.yaml.source import NotCut, Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.kubevirt.definitions import Definition
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.inline import Patch
    from rtlint.lint.registry import LoadedRule
    from rtlint.lint.rule import Finding
    from rtlint.lint.settings import Settings
    from rtlint.lint.suppressions import Suppression
    from rtlint.lint.templates import Template

# How often a long text is read again for the fixes of one piece; `--fix` makes further passes.
MOST_READINGS = 100

# Without these, and a `---` that something follows, kubectl reads what a parser does.
_KUBECTL_SIGNS = ("\n...", "----", "%", "\r", ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN")
# Names of files: kustomizations, and templates, whatever they hold.
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
TEMPLATES = (".j2", ".tpl")
# Rules that look at any object: what is written twice, what its API does not have or take.
_OF_ANY_OBJECT = ("RT002", "RT601", "RT603")


# Sent in the place of a document, so that how many there are is known.
_SENT = Document(0, Scalar(0, 0, None, "", ""))


def is_kustomization(path: str) -> bool:
    """Whether Kustomize takes a file of this name for its own."""
    return os.path.basename(path) in KUSTOMIZATIONS


class Part(NamedTuple):
    """A piece of a file as it was linted.

    `documents` are those that it begins, or what it holds of a List that begins above it.
    `diagnostics` are all that was found, `suppressions` say what of it does not count, `failures`
    which rules of the user's own failed. Of a `template` there is nothing else to say. `ignored`
    are the rules that comments above the piece ignore for the whole file.
    """

    source: Source
    documents: tuple[Document | Unreadable, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    workloads: int = 0
    realtime: int = 0
    template: Template | None = None
    failures: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def of_file(self) -> tuple[Suppression, ...]:
        """Its suppressions of the whole file, which stand before the first document."""
        return tuple(each for each in self.suppressions if each.is_of_file)

    @property
    def begun(self) -> int:
        """How many documents it begins."""
        return len(self.documents) if self.source.above.listed is None else 0

    @property
    def is_broken(self) -> bool:
        return any(isinstance(document, Unreadable) for document in self.documents)

    @property
    def found(self) -> Part:
        """The part without its text and nodes, to be sent; it has no suppressions."""
        documents = tuple(d if isinstance(d, Unreadable) else _SENT for d in self.documents)
        source = self.source
        if self.template is None:
            source = Source(source.path, "", source.above)
        return self._replace(source=source, documents=documents)


def lint_part(
    source: Source,
    settings: Settings,
    of_file: tuple[Suppression, ...] = (),
    documents: tuple[Document | Unreadable, ...] = (),
) -> Part:
    """Run the rules over every KubeVirt object of a piece.

    `of_file` are suppressions of the whole file that stand above the piece, `documents` what it
    holds, if that is known. Raises NotCut for a piece of a List that is to be linted as a whole.
    """
    documents = documents or _documents(source, settings.limits)
    template = None if settings.literal else template_in(source, documents)
    if template is not None and source.above.listed is not None:
        raise NotCut
    if template is not None:
        return Part(source, documents, template=template)
    if (source.is_partial or "$patch:" in source.text) and not settings.literal:
        settings = settings._replace(is_patch=True)
    further = _is_misspelt if settings.platform is None else _is_further
    failures: list[str] = []
    found = list(_refused(source, documents, settings, failures))
    patches = _patches(source, documents, settings.limits)
    suppressions = _suppressions(source, documents, patches) if settings.suppress else ()
    heard = (*of_file, *suppressions)
    workloads = realtime = 0
    left = iter(range(MOST_READINGS))
    for number, document in enumerate(documents, source.above.documents + 1):
        if isinstance(document, Unreadable):
            found += unreadable(source, settings, document, number, failures)
            continue
        for obj in objects(source, document, GROUPS, further, settings.literal):
            vm = settings.workload(obj)
            found += _lint_object(obj, vm, settings, heard, failures, left)
            if vm is not None and not vm.is_instancetype:
                workloads += 1
                realtime += vm.is_realtime
    for patch in patches:
        found += _lint_patch(patch, settings._replace(is_patch=True), failures)
    return Part(
        source,
        documents,
        tuple(found),
        suppressions,
        workloads,
        realtime,
        failures=tuple(failures),
        ignored=names_of(of_file),
    )


def names_of(suppressions: Iterable[Suppression]) -> tuple[str, ...]:
    """All the rules that suppressions name."""
    return tuple(name for suppression in suppressions for name in suppression.names)


def _documents(source: Source, limits: Limits) -> tuple[Document | Unreadable, ...]:
    if source.above.listed is None:
        return tuple(compose(source.text, number=source.above.documents, limits=limits))
    from rtlint.kubernetes.lists import read

    return read(source, limits)


def _refused(
    source: Source,
    documents: tuple[Document | Unreadable, ...],
    settings: Settings,
    failures: list[str],
) -> Iterator[Diagnostic]:
    """What a parser reads and kubectl does not."""
    text = source.text
    if text.count("---") == text.count("---\n") and not any(s in text for s in _KUBECTL_SIGNS):
        return
    from rtlint.kubernetes.splitter import refusals

    first = source.above.documents + 1
    for index, problem in refusals(source, documents):
        yield from unreadable(source, settings, problem, first + index, failures)


def _is_misspelt(api_version: str, kind: str) -> bool:
    # Other projects' objects, of which there are many more, cost nothing.
    if not api_version or ("VirtualMachine" not in kind and kind != "KubeVirt"):
        return False
    from rtlint.kubevirt.schema.misspelt import is_misspelt

    return is_misspelt(api_version, kind)


def _is_further(api_version: str, kind: str) -> bool:
    from rtlint.platform.objects import is_of_platform

    return is_of_platform(api_version, kind) or _is_misspelt(api_version, kind)


def template_in(source: Source, documents: tuple[Document | Unreadable, ...]) -> Template | None:
    """What template a text is; None for YAML."""
    is_named_so = source.path.endswith(TEMPLATES)
    if not is_named_so and not any(mark in source.text for mark in ("{{", "{%", "${")):
        return None
    from rtlint.lint.templates import recognise

    return recognise(source, documents, is_named_so)


def suppressions_in(source: Source) -> tuple[Suppression, ...]:
    """All suppressions of a file of manifests."""
    documents = tuple(compose(source.text))
    return _suppressions(source, documents, _patches(source, documents, Limits()))


def _suppressions(
    source: Source, documents: tuple[Document | Unreadable, ...], patches: tuple[Patch, ...]
) -> tuple[Suppression, ...]:
    if "rtlint" not in source.text and not source.comments:
        return ()
    from rtlint.lint.read_suppressions import read_suppressions

    pieces = [(source, documents), *((patch.source, (patch.document,)) for patch in patches)]
    return tuple(each for piece in pieces for each in read_suppressions(*piece))


def _patches(
    source: Source, documents: tuple[Document | Unreadable, ...], limits: Limits
) -> tuple[Patch, ...]:
    """The patches that stand in a kustomization."""
    if not is_kustomization(source.path):
        return ()
    from rtlint.lint.inline import inline_patches

    read = (document for document in documents if isinstance(document, Document))
    return tuple(patch for each in read for patch in inline_patches(source, each, limits))


def _lint_object(
    obj: Object,
    vm: Workload | None,
    settings: Settings,
    suppressions: tuple[Suppression, ...],
    failures: list[str],
    left: Iterator[int],
) -> Iterator[Diagnostic]:
    for problem in () if obj.document.is_regular else odd_keys(obj.node):
        yield from unreadable(obj.source, settings, problem, obj.document.number, failures)
    found = _found(obj, vm, settings, failures)
    if any(each.finding.fix or each.finding.unless for each in found):
        from rtlint.lint.once import said_once
        from rtlint.lint.resolve import with_fixes

        kept = said_once(found, obj, vm, settings, suppressions) if settings.once else found
        fixes = [(each.diagnostic, each.finding.fix) for each in kept]
        yield from with_fixes(fixes, obj, vm, settings, left)
    else:
        yield from (each.diagnostic for each in found)


def _found(
    obj: Object, vm: Workload | None, settings: Settings, failures: list[str]
) -> list[Found]:
    """What the rules find in an object, and in the workload that it is."""
    found = [*_placed(_of_object(obj, settings, failures), obj, vm, settings)]
    if vm is not None:
        found += _placed(findings_of(vm, settings, failures), obj, vm, settings)
    return found


def _of_object(
    obj: Object, settings: Settings, failures: list[str]
) -> Iterator[tuple[LoadedRule, Finding]]:
    """What is found of the object itself; of another API than KubeVirt's only some rules speak."""
    if settings.platform is not None:
        from rtlint.platform.objects import is_foreign, is_of_platform

        # What an object lacks it may be a patch of.
        if is_of_platform(obj.api_version, obj.kind) and not settings.is_patch:
            yield from findings("platform", obj, settings, failures)
        if is_foreign(obj):
            rules = tuple(name for name in settings.rules if name.id in _OF_ANY_OBJECT)
            settings = settings._replace(rules=rules)
    yield from findings("object", obj, settings, failures)


def _lint_patch(patch: Patch, settings: Settings, failures: list[str]) -> Iterator[Diagnostic]:
    """What is found in a patch that stands in a kustomization; its text is not edited."""
    if isinstance(patch.document, Unreadable):
        yield from unreadable(patch.source, settings, patch.document, patch.number, failures)
    for obj in patch.objects:
        found = _found(obj, settings.workload(obj), settings, failures)
        yield from (each.diagnostic for each in found)


def _placed(
    all_found: Iterable[tuple[LoadedRule, Finding]],
    obj: Object,
    vm: Workload | None,
    settings: Settings,
) -> Iterator[Found]:
    """An object's findings, each with where it is."""
    for loaded, finding in all_found:
        if settings.is_patch and _is_of_a_whole(loaded, finding):
            continue
        origin = _origin(vm, finding)
        if origin is not None and _is_said_there(loaded, origin[0], settings):
            continue
        found = about(obj, loaded, finding, settings)
        if vm is not None and origin is not None:
            from rtlint.lint.origin import at_reference

            found = at_reference(found, vm, finding, origin, settings.limits.line_length)
        yield Found(loaded, finding, found)


def _origin(vm: Workload | None, finding: Finding) -> tuple[Definition, str] | None:
    """The definition that what a finding is about comes from, and the path inside it."""
    if vm is None or vm.effective is None:
        return None
    from rtlint.lint.origin import brought_by

    return brought_by(vm, finding)


def _is_of_a_whole(loaded: LoadedRule, finding: Finding) -> bool:
    """Whether a finding is about what a patch may lack or remove, or Kustomize's own directives."""
    return loaded.rule.id in ("RT604", "RT606") or finding.path.rpartition(".")[2].startswith("$")


def _is_said_there(loaded: LoadedRule, origin: Definition, settings: Settings) -> bool:
    """Whether the rule finds the same in the instancetype itself, which this run lints."""
    if not origin.is_linted or origin.object is None:
        return False
    given = workload(origin.object, settings.release, settings.cluster)
    if given is None or not is_in(loaded.rule.scope, given):
        return False
    found = known(loaded.check, given, context(loaded.rule, settings))
    try:
        return any(True for _ in found)
    except Failed:
        # It is told where the instancetype itself is linted.
        return False
