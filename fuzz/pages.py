"""Pages of documentation around a manifest, in every way that rtlint reads."""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """What stands above a manifest, in front of each of its lines, and below it."""

    path: str
    above: str
    prefix: str
    below: str

    def around(self, manifest: str) -> str:
        """The page with the manifest."""
        lines = manifest.removesuffix("\n").split("\n")
        inner = (self.prefix + line if line else self.prefix.rstrip() for line in lines)
        return self.above + "".join(f"{line}\n" for line in inner) + self.below


PAGES = (
    Page("a.md", "# VM\n\n```yaml\n", "", "```\n"),
    Page("a.md", '---\ntitle: "```yaml"\n---\n~~~ {.yaml .annotate}\n', "", "~~~\nText.\n"),
    Page("a.md", "- VM:\n\n    ```yaml title=\"vm.yaml\"\n", "    ", "    ```\n"),
    Page("a.md", "1. a\n   - b\n     ```YAML\n", "     ", "     ```\n   - c\n"),
    Page("a.md", "- ```yml\n", "  ", "  ```\n"),
    Page("a.md", "> Note\n>\n> ~~~yml\n", "> ", "> ~~~\n"),
    Page("a.md", "> - ```json\n", ">   ", ">   ```\n"),
    Page("a.md", '!!! note "VM"\n    ```yaml {linenums=1}\n', "    ", "    ```\n\nText.\n"),
    Page("a.md", '=== "Tab"\n\n    ??? tip\n        ```yaml\n', " " * 8, " " * 8 + "```\n"),
    Page("a.markdown", ":::note\n```yaml\n", "", "```\n:::\n"),
    Page("a.mdx", "<details>\n```{code-block} yaml\n", "", "```\n</details>\n"),
    Page("a.md", "````yaml\n", "", "````\n```text\n"),
    Page("a.md", "Never closed.\n```yaml\n", "", ""),
    Page("a.md", "<!-- ```yaml\n-->\n\t```yaml\n", "\t", "\t```\n"),
    Page("a.md", "```sh\nkubectl apply \\\n  -f - <<EOF\n", "", "EOF\necho done\n```\n"),
    Page("a.md", "- ```console\n  $ cat << 'END' | oc apply -f -\n", "  > ", "  > END\n  ```\n"),
    Page("a.md", "```bash\nkubectl create -f - <<-\"EOF\"\n", "\t", "\tEOF\n```\n"),
    Page("a.md", "```shell\ncat > vm.yaml <<\\EOF\n", "", "EOF\nkubectl apply -f vm.yaml\n```\n"),
    Page("a.adoc", "= VM\n\n[source,yaml]\n----\n", "", "----\n"),
    Page("a.adoc", '* item\n+\n[source%nowrap, yaml, subs="quotes"]\n.Title\n....\n', "", "....\n"),
    Page("a.asciidoc", "====\n[,yaml]\n--\n", "", "--\n====\n"),
    Page("a.adoc", '|===\na|[#vm,role="x"]\n[source,json]\n-----\n', "", "-----\n|===\n"),
    Page("a.adoc", ":source-language: yaml\n\nTitle\n-----\n\n[source]\n----\n", "", "----\n"),
    Page("a.adoc", "////\n[source,yaml]\n----\n////\n```yaml\n", "", "```\n"),
    Page("a.adoc", ". item\n  [source,yaml]\n  ----\n", "  ", "  ----\n"),
    Page("a.adoc", "[source,terminal]\n----\n$ oc apply -f - <<EOF\n", "", "EOF\n----\n"),
    Page("a.adoc", "[source,yaml]\n----\n", "", ""),
)  # fmt: skip
