"""The first screen's words: will it be realtime, and what looks wrong."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.preview.page.marks import classes, flags
from rtlint.preview.page.markup import as_text, definitions, listing
from rtlint.preview.summary import summary
from rtlint.preview.table import few, ids_of
from rtlint.preview.text import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.preview.model import Previewed
    from rtlint.preview.page.marks import Marks
    from rtlint.preview.verdict import Verdict


def answer(verdict: Verdict) -> str:
    """The verdict with its reasons, and the concerns by their numbers."""
    reasons = [as_text(reason) for reason in verdict.reasons]
    why = f"<p>{reasons[0]}</p>\n" if len(reasons) == 1 else listing(reasons)
    concerns = "".join(
        f'<li class="w{number}"><b class="flag">{number}</b> {as_text(concern.message)}</li>'
        for number, concern in enumerate(verdict.concerns, 1)
    )
    wrong = (
        f'<div class="concerns"><p class="label">What looks wrong</p>\n<ol>{concerns}</ol></div>\n'
        if concerns
        else ""
    )
    return (
        f'<div class="answer {verdict.level}"><div class="verdict">'
        f'<p class="word">{verdict.headline}</p>\n{why}</div>\n{wrong}</div>\n'
    )


def key_facts(previewed: Previewed, verdict: Verdict, marks: Marks) -> str:
    """What everybody compares with the request, in a line."""
    pairs = _key_facts(previewed, verdict)
    shown = ((label, _marked(label, as_text(text), marks)) for label, text in pairs)
    return definitions(shown, "key")


def _marked(label: str, text: str, marks: Marks) -> str:
    wrong = marks.facts.get(label, ())
    return f"<span{classes(wrong=wrong)}>{text} {flags(wrong)}</span>" if wrong else text


def _key_facts(previewed: Previewed, verdict: Verdict) -> Iterator[tuple[str, str]]:
    (line,) = summary([previewed], [verdict])
    preview = previewed.preview
    yield "vCPUs", line.vcpus
    yield "mask", line.mask
    yield "hugepages", line.pages
    yield "the pod's CPUs", few(ids_of(preview.cpuset)) or "none"
    yield from ((label, text) for label, text in facts(preview) if label in ("PMU", "balloon"))
