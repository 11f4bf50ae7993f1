"""What the options of `rtlint check` ask for, as a run; click is not needed for that."""

from __future__ import annotations

from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.cli.files import Misused
from rtlint.cli.outputs import outputs
from rtlint.cli.run import Accept, Run, Shows, check
from rtlint.kubevirt.releases import NEWEST
from rtlint.lint.registry import select_rules
from rtlint.lint.settings import Settings
from rtlint.project.configure import Asked, Configurations
from rtlint.project.content import Surroundings
from rtlint.project.lint import Fix
from rtlint.project.run_options import run_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rtlint.kubevirt.releases import Release
    from rtlint.project.cluster import Target
    from rtlint.report.model import FailOn


def lint(
    paths: tuple[str, ...],
    given: frozenset[str] = frozenset(),
    *,
    fix: bool = False,
    unsafe_fixes: bool = False,
    diff: bool = False,
    preview: bool = False,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    fail_on: FailOn = "warning",
    output_formats: tuple[str, ...] = (),
    output_files: tuple[str, ...] = (),
    release: Release = NEWEST,
    cluster: Target | None = None,
    instancetypes: tuple[str, ...] = (),
    config: str | None = None,
    no_config: bool = False,
    exclude: tuple[str, ...] = (),
    no_exclude: bool = False,
    no_skip: bool = False,
    include_docs: bool = False,
    require_files: bool = False,
    rule_path: tuple[str, ...] = (),
    render: bool = False,
    no_suppressions: bool = False,
    add_suppressions: bool = False,
    baseline: str | None = None,
    write_baseline: bool = False,
    stdin_filename: str = "<stdin>",
    color: str = "auto",
    quiet: bool = False,
    verbose: bool = False,
    statistics: bool = False,
    jobs: int | None = None,
    limits: Mapping[str, str] = MappingProxyType({}),
    diff_base: str | None = None,
    watch: bool = False,
) -> int:
    """Lint as the options of `rtlint check` say, of which `given` stand on the command line.

    Returns the exit status. Raises Misused for options that do not go together, before anything
    is read, and Unusable.
    """
    asked = Asked(config, not no_config, given, exclude, rule_path, no_exclude)
    configurations = Configurations(asked)
    here = run_options(configurations, paths or (".",), stdin_filename)
    pick = here.pick
    if fix or diff:
        unsafe_fixes = pick("unsafe-fixes", unsafe_fixes)
    quiet = pick("quiet", quiet)
    if not (fix or add_suppressions):
        render = pick("render", render)
    instancetypes = tuple(pick("instancetypes", instancetypes))
    try:
        rules = select_rules(select, ignore, configurations.rules)
        formats = pick("output-format", output_formats)
        targets = outputs(formats, pick("output-file", output_files), quiet)
    except ValueError as error:
        raise Misused(str(error)) from None
    if unsafe_fixes and not (fix or diff):
        raise Misused("--unsafe-fixes goes with --fix or --diff.")
    if (watch or diff_base) and (fix or diff):
        raise Misused("--watch and --diff-base go with neither --fix nor --diff.")
    if render and (fix or add_suppressions):
        raise Misused("--render goes with neither --fix nor --add-suppressions.")
    if watch and "-" in paths:
        raise Misused("--watch needs files; standard input is read once.")
    if write_baseline + add_suppressions + (fix or diff) > 1 or (add_suppressions and "-" in paths):
        raise Misused(
            "--write-baseline, --add-suppressions (never of `-`) and --fix or --diff exclude each "
            "other."
        )
    run = Run(
        paths=paths or (".",),
        settings=Settings(
            release,
            rules=rules,
            suppress=not no_suppressions,
            # Where a cause is suppressed what follows from it would be said.
            once=not add_suppressions,
            literal=no_skip,
            limits=here.limits(limits),
        ),
        release=here.release(release),
        surroundings=Surroundings(
            stdin_filename,
            instancetypes,
            cluster,
            configurations,
            render,
            pick("include-docs", include_docs),
        ),
        configurations=configurations,
        accept=Accept(
            add_suppressions,
            write_baseline,
            here.baseline(baseline, write_baseline),
        ),
        fix=Fix(unsafe_fixes, write=fix and not diff) if fix or diff or preview else None,
        shows=Shows(diff, preview, is_fixed=fix or diff),
        outputs=targets,
        color=pick("color", color),
        quiet=quiet,
        verbose=pick("verbose", verbose),
        statistics=pick("statistics", statistics),
        jobs=pick("jobs", jobs),
        diff_base=diff_base,
        require_files=require_files,
        fail_on=pick("fail-on", fail_on),
    )
    if not watch:
        return check(run)
    from rtlint.cli.watch import watch as run_on_change

    run_on_change((*run.paths, *instancetypes), lambda: check(run))
    return 0
