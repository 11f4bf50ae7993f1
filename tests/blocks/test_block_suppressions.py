"""Suppressions in pages: comments of the manifest, and of the page above a block."""

import pytest

from rtlint.lint.add_suppressions import Unsuitable, add
from rtlint.lint.fixing import fix
from rtlint.lint.registry import select_rules
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

VM = """apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      model: host-model
      realtime: {}
    devices: {}
"""
TWO = Settings(rules=select_rules(["RT003", "RT101", "RT401"], []))


def page(above="", vm=VM):
    return f"Text.\n\n{above}```yaml\n{vm}```\n"


def found(text, path="a.md"):
    return [each.rule for each in lint(Source(path, text), TWO).diagnostics]


@pytest.mark.parametrize(
    ("above", "rules"),
    [
        ("", ["RT101", "RT401"]),
        ("<!-- rtlint: ignore[RT101] the lab's nodes differ -->\n", ["RT401"]),
        ("<!--rtlint:ignore[cpu-host-passthrough]-->\n\n", ["RT401"]),
        ("<!-- rtlint: ignore[RT101, RT4] -->\n", []),
        ("<!-- rtlint: ignore[RT101] -->\n<!-- rtlint: ignore[RT4] -->\n", []),
        ("{/* rtlint: ignore[RT101] why */}\n", ["RT401"]),
        ("<!-- rtlint: ignore-file[RT101] -->\n", ["RT401"]),
        # Not right above, another rule's, and no comment to rtlint.
        ("<!-- rtlint: ignore[RT101] -->\nText.\n", ["RT101", "RT401"]),
        ("<!-- rtlint: ignore[RT102] -->\n", ["RT101", "RT401"]),
        ("<!-- ignore[RT101] -->\n", ["RT101", "RT401"]),
    ],
)
def test_a_comment_above_a_block_is_about_all_of_it(above, rules):
    assert found(page(above)) == rules
    # And about no other.
    others = [] if "-file" in above and "RT101" in above else ["RT101"]
    assert found(page(above) + page()) == [*rules, *others, "RT401"]


def test_a_comment_above_a_block_of_asciidoc():
    text = f"// rtlint: ignore[RT101] why\n[source,yaml]\n----\n{VM}----\n"
    assert found(text, "a.adoc") == ["RT401"]


def test_a_comment_in_a_block_is_about_its_line():
    vm = VM.replace("model: host-model", "model: host-model  # rtlint: ignore[RT101] why")
    assert found(page(vm=vm)) == ["RT401"]


def test_a_comment_above_several_documents_is_idle_where_it_is_for_all():
    both = f"{VM}---\n{VM.replace('host-model', 'host-passthrough')}"
    assert found(page("<!-- rtlint: ignore[RT101] -->\n", both)) == ["RT401", "RT401"]
    idle = page(
        "<!-- rtlint: ignore[RT003, RT101] -->\n", both.replace("host-model", "host-passthrough")
    )
    idle = idle.replace("RT003, ", "")
    assert found(idle) == ["RT003", "RT401", "RT401"]


@pytest.mark.parametrize("prefix", ["", "> ", "  "])
def test_an_idle_comment_of_the_page_is_taken_out(prefix):
    def quoted(text):
        return "".join(f"{(prefix + line).rstrip()}\n" for line in text.splitlines())

    vm = VM.replace("host-model", "host-passthrough").replace(
        "{}\n", "{autoattachMemBalloon: false}\n"
    )
    vm = vm.replace("realtime: {autoattachMemBalloon: false}", "realtime: {}")
    text = quoted(page("<!-- rtlint: ignore[RT101, RT401] -->\n", vm))
    assert fix(Source("a.md", text), TWO, unsafe=False).source.text == quoted(page("", vm))
    half = quoted(page("<!-- rtlint: ignore[RT101, RT401] why -->\n", vm.replace("false", "true")))
    kept = half.replace("RT101, RT401", "RT401")
    assert fix(Source("a.md", half), TWO, unsafe=False).source.text == kept


def test_suppressions_are_written_into_the_block():
    text = "> - ```yaml\n" + "".join(f">   {line}\n" for line in VM.splitlines()) + ">   ```\n"
    made, count = add(Source("a.md", text), lint(Source("a.md", text), TWO).diagnostics)
    assert count == 2
    assert found(made) == []
    assert ">       # rtlint: ignore[RT101] TODO: say why\n>         model: host-model" not in made
    assert ">         # rtlint: ignore[RT101] TODO: say why\n>         model: host-model" in made


def test_suppressions_are_not_written_into_json():
    spec = '"spec": {"domain": {"cpu": {"realtime": {}}}}'
    json = f'{{"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance", {spec}}}'
    text = f"{page()}```json\n{json}\n```\n"
    with pytest.raises(Unsuitable, match="JSON takes no comments"):
        add(Source("a.md", text), lint(Source("a.md", text), TWO).diagnostics)
