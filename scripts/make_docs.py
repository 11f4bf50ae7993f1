"""Write docs/rules/ from the rule modules' own text: `python scripts/make_docs.py`.

Below each wrong example stands what the rule finds in it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from rtlint import api
from rtlint.lint.registry import LoadedRule, load_rule, rule_names

RULES = Path(__file__).parent.parent / "docs" / "rules"
# The options that a rule's example needs.
_OPTIONS = {"RT100": {"match": {"names": ["rt-*"]}}}
_WRONG = re.compile(r"^## Wrong\n.*?^```yaml\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


def pages() -> dict[str, str]:
    """The pages of docs/rules/ by their file names."""
    loaded = [load_rule(name) for name in rule_names()]
    rows = "".join(
        f"| [{r.rule.id}]({r.rule.id}.md) | {r.rule.name} | {r.rule.severity} "
        f"| {r.rule.fix or '—'} | {'—' if isinstance(r.policy, str) else 'yes'} | {r.title} |\n"
        for r in loaded
    )
    head = "| rule | name | severity | fix | [policy](../policy.md) | finds |"
    table = f"# Rules\n\n{head}\n|---|---|---|---|---|---|\n{rows}"
    return {"README.md": table, **{f"{rule.rule.id}.md": _page(rule) for rule in loaded}}


def _page(rule: LoadedRule) -> str:
    """The rule's own page, with what it finds in its wrong example."""
    page = rule.page()
    wrong = _WRONG.search(page)
    assert wrong is not None
    items = "".join(f"- {item}\n" for item in _findings(rule, wrong))
    return f"{page[: wrong.end()]}\nrtlint finds:\n\n{items}{page[wrong.end() :]}"


def _findings(rule: LoadedRule, wrong: re.Match[str]) -> Iterator[str]:
    release = re.search(r"`kubevirt: (v[0-9.]+[0-9])`", wrong[0])
    options = {rule.rule.id: _OPTIONS[rule.rule.id]} if rule.rule.id in _OPTIONS else {}
    for found in api.lint(
        wrong[1], kubevirt_version=release[1] if release else None, options=options
    ):
        if found.rule == rule.rule.id:
            where = f"line {found.start.line}, column {found.start.column}"
            yield f"{where}: {_escaped(found.message)}"


def _escaped(text: str) -> str:
    """Text as Markdown; what stands between backquotes is code there too."""
    parts = text.split("`")
    outside = [re.sub(r"([\\*_<>\[\]])", r"\\\1", part) for part in parts]
    return "`".join(part if i % 2 else outside[i] for i, part in enumerate(parts))


def main() -> None:
    for old in RULES.glob("*.md"):
        old.unlink()
    for name, text in pages().items():
        (RULES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
