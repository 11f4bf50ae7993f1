"""What a configuration file may say.

Imported only where there is a configuration file: pydantic costs more than a whole short run.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Rules = Annotated[
    str | list[str],
    Field(description="Rules: ids, names, or prefixes such as RT2; a list, or text with commas."),
]
Level = Literal["error", "warning", "info", "off"]


def _key(name: str) -> str:
    return name.replace("_", "-")


class Configuration(BaseModel):
    """The configuration of rtlint: the long options of `rtlint check`, and what needs a file."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, alias_generator=_key, title="rtlint"
    )

    extends: str = Field(
        "",
        min_length=1,
        description="A configuration file of the same repository, over which this one goes.",
    )
    kubevirt_version: str = Field(
        "",
        description="The target release, such as v1.9.",
        json_schema_extra={"type": ["string", "number"]},
    )
    select: Rules = Field([], description="Run only these rules.")
    ignore: Rules = Field([], description="Leave these rules out.")
    exclude: list[str] = Field(
        [], description="Files and folders to pass over, as patterns of .gitignore."
    )
    include_docs: bool = Field(
        False, description="Also lint the manifests in Markdown and AsciiDoc files."
    )
    per_file_ignores: dict[str, Rules] = Field(
        {}, description="Rules to leave out for files, which patterns of .gitignore name."
    )
    severity: dict[str, Level] = Field({}, description="The level of a rule's findings; off: none.")
    rules: dict[str, dict[str, Any]] = Field({}, description="The options of single rules.")
    rule_paths: list[str] = Field(
        [],
        description="Folders of further rule modules. They run code, so they count only where the "
        "file is named with --config.",
    )
    cluster: str = Field("", min_length=1, description="A file with the cluster's KubeVirt object.")
    instancetypes: list[str] = Field(
        [], description="Files or folders to read for instancetypes and preferences only."
    )
    fail_on: Literal["error", "warning", "info", "never"] = Field(
        "warning", description="Exit with 1 from this severity on."
    )
    baseline: str = Field("", description="A file with findings that are known and not reported.")
    no_suppressions: bool = Field(False, description="Report also what is suppressed.")
    unsafe_fixes: bool = Field(False, description="With --fix: also fixes that need judgement.")
    color: Literal["auto", "always", "never"] = Field("auto", description="Colours in the report.")
    quiet: bool = Field(False, description="Print findings only.")
    output_format: list[
        Literal["text", "concise", "json", "sarif", "github", "gitlab", "junit"]
    ] = Field([], description="The reports' formats.")
    output_file: list[str] = Field(
        [],
        description="The files that the reports go to, in the order of their formats. It counts "
        "only where the file is named with --config.",
    )
    jobs: int | None = Field(None, ge=1, description="Lint in this many processes.")
    statistics: bool = Field(False, description="Count the findings of each rule.")
    verbose: bool = Field(False, description="Say which files are read and which passed over.")
    limits: dict[str, int | str] = Field(
        {}, description="How much rtlint takes on: numbers, or sizes such as 64Mi."
    )
    render: bool = Field(
        False,
        description="Also lint what Helm and Kustomize make of the folders. It runs them, so it "
        "counts only where the file is named with --config.",
    )
