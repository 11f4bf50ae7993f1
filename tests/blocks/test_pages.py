"""What holds of a manifest holds of it in a page: findings at its lines, fixes of it alone."""

import re

import pytest
from conftest import ROOT

from fuzz.pages import PAGES
from rtlint.lint.fixing import fix
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.testing import read_cases
from rtlint.yaml.source import Source

# What is fixed in the rules' cases. In documentation `...` leaves something out, and what is no
# whole object is left alone.
MANIFESTS = [
    case.content["manifest"].removesuffix("\n") + "\n"
    for case in read_cases(ROOT / "tests" / "cases")
    if "fixed" in case.content and not re.search(r"^(%|\.\.\.)", case.content["manifest"], re.M)
]


def places(found, page):
    """What is found in a page, with the lines and columns of the manifest."""
    above, indent = page.above.count("\n"), len(page.prefix)
    for each in found:
        start, end = each.start, each.end
        assert start.line > above
        yield (
            *(each.rule, each.message, each.document, each.field, each.withheld),
            *(start.line - above, start.column - indent, end.line - above, end.column - indent),
        )


def said(found):
    return [
        (*(e.rule, e.message, e.document, e.field, e.withheld), *e.start, *e.end) for e in found
    ]


@pytest.mark.parametrize("number", range(len(PAGES)))
def test_a_manifest_in_a_page_is_linted_and_fixed_as_in_a_file(number):
    page = PAGES[number]
    for manifest in MANIFESTS[number :: 8 * len(PAGES)]:
        whole = Source(page.path, page.around(manifest))
        alone = Source("vm.yaml", manifest)
        assert list(places(lint(whole, Settings()).diagnostics, page)) == said(
            lint(alone, Settings()).diagnostics
        )
        fixed = fix(whole, Settings(), unsafe=True).source.text
        assert fixed == page.around(fix(alone, Settings(), unsafe=True).source.text)
