"""Write docs/rules/ from the rule modules' own text: `python scripts/make_docs.py`."""

from pathlib import Path

from rtlint.lint.registry import load_rule, rule_names

RULES = Path(__file__).parent.parent / "docs" / "rules"


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
    return {"README.md": table, **{f"{rule.rule.id}.md": rule.page() for rule in loaded}}


def main() -> None:
    for old in RULES.glob("*.md"):
        old.unlink()
    for name, text in pages().items():
        (RULES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
