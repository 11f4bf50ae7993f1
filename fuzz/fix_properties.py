"""What holds of every fix, of every text."""

import re
from collections import Counter
from itertools import pairwise

from ruamel.yaml import YAML

from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubernetes.objects import objects
from rtlint.kubernetes.quantity import parse_quantity
from rtlint.kubevirt.kinds import GROUPS
from rtlint.kubevirt.releases import NEWEST
from rtlint.kubevirt.repairs import guest_memory
from rtlint.kubevirt.workload import workload
from rtlint.lint.expected import copy, perform, same
from rtlint.lint.fixing import passes
from rtlint.lint.rule import Move, Remove
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document
from rtlint.yaml.parse import c_parser
from rtlint.yaml.source import Source
from rtlint.yaml.text_edit import apply, conflict

# Without a blank before it `#` is text.
COMMENT = re.compile(r"(?<!\S)# <\d+:([^>\r\n]*)>")
# What may be a figure in a fix's description.
WORD = re.compile(r"[0-9][0-9.]*[0-9A-Za-z]*")
# What the webhook refuses and no rule can repair without inventing data.
BEYOND_REPAIR = {
    "threads", "memory-missing", "io-threads-count", "io-threads-policy", "sockets-above-max",
    "disk-bus", "eviction-gate", "eviction-strategy", "run-strategy-missing", "hostname",
    "selector", "interface-without-network", "credentials",
}  # fmt: skip


def workloads(text, settings):
    """The workloads of a text, in order."""
    source = Source("vm.yaml", text)
    found = []
    for document in compose(text):
        if isinstance(document, Document):
            for obj in objects(source, document, GROUPS):
                found.append(workload(obj, settings.release, settings.cluster))
    return [vm for vm in found if vm is not None]


def check(text, release=NEWEST, unsafe=True, hostile=False):
    """Fix a text and hold all properties; the text after the fixes, and what is found in it.

    In `hostile` text, which another parser may not read alike, meaning is rtlint's alone to hold.
    """
    settings = Settings(release=release)
    steps = list(passes(Source("vm.yaml", text), settings, unsafe))
    for before, after in pairwise(steps):
        check_pass(before.source.text, before.chosen, after.source.text)
        if not hostile:
            check_comments(before.source.text, after.source.text, before.chosen)
            check_meaning(before.source.text, before.chosen, after.source.text)
    fixed = steps[-1].source.text
    check_admission(text, fixed, release)
    made = [resolved for step in steps for _, resolved in step.chosen]
    check_figures(text, fixed, settings, [fix.description for fix in made])
    left = steps[-1].result.diagnostics
    return fixed, left


def check_pass(text, chosen, after):
    edits = [edit for _, resolved in chosen for edit in resolved.edits]
    for resolved in (resolved for _, resolved in chosen):
        check_edits(resolved.edits)
    operations = [
        (d.document, operation) for d, resolved in chosen for operation in resolved.operations
    ]
    ends = ("\n", "\r")
    takes_out = any(isinstance(operation, Remove | Move) for _, operation in operations)
    # The last line may be a suppression that suppresses nothing.
    takes_line = takes_out or any(diagnostic.rule == "RT003" for diagnostic, _ in chosen)
    assert takes_line or text.endswith(ends) == after.endswith(ends)
    if not takes_out:
        for edit in edits:
            check_new_text(text, edit)
        check_comments(text, after, chosen)


def check_edits(edits):
    ordered = sorted(edits)
    for one, other in pairwise(ordered):
        assert one.end <= other.start
        assert not conflict(one, other)


def check_new_text(text, edit):
    """New text is as tidy as a person's: line endings of the file, no blanks at a line's end."""
    # Of a file that mixes them, those of the document.
    newlines = "|".join(sorted({"\t", *(re.findall(r"\r\n|\n|\r", text) or ["\n"])}, reverse=True))
    assert re.sub(newlines, "", edit.text).isprintable(), edit
    assert not re.search(r"[ \t](?:\r|\n)", edit.text), edit


def check_comments(before, after, chosen):
    """Every comment is still there, unless what it belongs to was removed."""
    operations = [operation for _, resolved in chosen for operation in resolved.operations]
    gone = Counter(COMMENT.findall(before)) - Counter(COMMENT.findall(after))
    # A suppression that suppresses nothing is a comment whose fix is to go.
    for diagnostic, resolved in chosen:
        if diagnostic.rule == "RT003":
            for edit in resolved.edits:
                gone -= Counter(COMMENT.findall(before[edit.start : edit.end]))
    removed = [op.path for op in operations if isinstance(op, Remove)]
    for path in gone:
        assert any(path.startswith(prefix) for prefix in removed), f"{path} lost its comment"


def check_admission(text, fixed, release):
    """No VM that KubeVirt admits is refused after the fixes."""
    for before, after in pairs(text, fixed, Settings(release=release)):
        assert before.causes or not after.causes, after.causes


def check_reasons(text, fixed, settings):
    """KubeVirt refuses no VM for a reason that was not there before the fixes."""
    for before, after in pairs(text, fixed, settings):
        known = {(cause.check, cause.path) for cause in before.causes}
        assert not [cause for cause in after.causes if (cause.check, cause.path) not in known]


def check_figures(text, fixed, settings, descriptions):
    """A guest keeps its memory and its vCPU count, unless a fix names the new figure."""
    named = written(*descriptions)
    for before, after in pairs(text, fixed, settings):
        for old, new in zip(figures(before), figures(after), strict=True):
            # A VM that says no memory, or says it under a wrong name, gets what its author wrote.
            fits = old in (None, new) or new in named or (not old and new in written(text))
            assert fits, (old, new, descriptions)


def written(*texts):
    """The quantities that stand in the texts, in billionths."""
    words = [parse_quantity(word) for text in texts for word in WORD.findall(text)]
    return [quantity.nano for quantity in words if quantity is not None]


def figures(vm):
    """The guest's memory and vCPU count as KubeVirt makes them, None for what it never sees."""
    if vm.has_instancetype or vm.is_instancetype or vm.is_preset:
        return (None, None)
    memory = known(lambda: guest_memory(vm.defaulted, vm.release).nano)
    return (memory, known(lambda: vm.vcpus * 10**9))


def known(figure):
    try:
        return figure()
    except UnknownValue:
        return None


def pairs(text, fixed, settings):
    """Each VM as it was and as it is."""
    ours, theirs = workloads(text, settings), workloads(fixed, settings)
    # A word that was moved to `spec` makes the VM none.
    return zip(ours, theirs, strict=True) if len(ours) == len(theirs) else ()


def check_meaning(text, chosen, after):
    """An independent parser sees the operations and nothing else."""
    if r"\ud" in text:
        return  # half a character as an escape: JSON has it, and no YAML parser takes it
    if c_parser() is None:
        # ruamel.yaml's pure parser takes no tab for a blank.
        text, after = text.replace("\t", " "), after.replace("\t", " ")
    yaml = YAML(typ="safe")
    # What Kubernetes reads, as YAML 1.1 has it, but without its dates and numbers of base 60.
    yaml.version = "1.1"
    expected = [copy(document) for document in yaml.load_all(text)]
    for diagnostic, resolved in chosen:
        perform(expected[diagnostic.document - 1], resolved.operations)
    assert same(expected, [copy(document) for document in yaml.load_all(after)])


def check_repaired(fixed, left, release=NEWEST):
    """After all fixes: nothing to fix, admitted, realtime, as far as that needs no new data."""
    assert not [d for d in left if d.fix is not None]
    if any(d.withheld for d in left):
        return
    for vm in workloads(fixed, Settings(release=release)):
        # The webhook never sees a preset.
        if vm.is_realtime and not vm.is_preset:
            refusals = {cause.check for cause in vm.causes} - BEYOND_REPAIR
            assert not refusals, vm.causes
            broken = {d.rule for d in left if d.rule in ("RT201", "RT202", "RT203", "RT204")}
            assert broken or vm.realtime_vcpus, vm.mask_text


def check_one_fix(text, diagnostic, release):
    """A single fix, as the JSON report gives it, makes its finding go away, and refuses no VM."""
    after = apply(text, list(diagnostic.fix.edits))
    check_admission(text, after, release)
    before, left = (
        [place(d) for d in lint(Source("vm.yaml", each), Settings(release=release)).diagnostics]
        for each in (text, after)
    )
    assert left.count(place(diagnostic)) < before.count(place(diagnostic)), diagnostic


def place(diagnostic):
    return diagnostic.rule, diagnostic.document, diagnostic.field
