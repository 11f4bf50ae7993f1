"""`rtlint policy`: the rules for the API server."""

from __future__ import annotations

import sys

import click

from rtlint import TYPE_CHECKING
from rtlint.cli.files import UNUSABLE, say, write_output
from rtlint.cli.options import (
    config_option,
    given_options,
    ignore_option,
    named_cluster_option,
    no_config_option,
    output_file_option,
    release_option,
    select_option,
)
from rtlint.kubernetes.names import against_subdomain
from rtlint.kubevirt.hyperconverged import kubevirt_name
from rtlint.lint.registry import load_rule, select_rules
from rtlint.lint.settings import Settings
from rtlint.policy.manifest import KUBEVIRT, Wanted, render
from rtlint.policy.model import evaluated
from rtlint.policy.selector import parse_selector
from rtlint.project import configure

if TYPE_CHECKING:
    from typing import Any

    from rtlint.kubevirt.releases import Release
    from rtlint.lint.registry import Name
    from rtlint.platform.model import Known, Platform
    from rtlint.policy.manifest import Action
    from rtlint.project.cluster import Target

_ASSUMED = (
    "the binding reads the KubeVirt object `kubevirt` in the namespace `kubevirt`, and without it "
    "nothing is judged; "
)
_UNNAMED = "--cluster FILE names another"
_OF_OPERATOR = (
    "another is named by a file with the KubeVirt object itself, or a HyperConverged with its "
    "namespace; `kubectl get kubevirt -A -o yaml` prints it"
)
# Older releases run on no Kubernetes that evaluates policies.
_OLDEST = (1, 0)


def _name(_: click.Context, __: click.Parameter, text: str) -> str:
    if against_subdomain(text):
        raise click.BadParameter("an object's name has lower-case letters, digits, `-` and `.`")
    return text


def _namespaces(_: click.Context, __: click.Parameter, text: str | None) -> dict[str, Any] | None:
    try:
        return None if text is None else parse_selector(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command("policy")
@select_option
@ignore_option
@release_option
@named_cluster_option
@config_option
@no_config_option
@click.option(
    "--action",
    type=click.Choice(["deny", "warn", "audit"]),
    default="warn",
    show_default=True,
    help="What becomes of a VM with findings: refused, admitted with a warning, or only audited. "
    "Audit annotations are written in any case.",
)
@click.option(
    "--name",
    default="rtlint",
    show_default=True,
    callback=_name,
    help="The name of the policy and of its binding.",
)
@click.option(
    "--namespace-selector",
    "namespaces",
    metavar="LABELS",
    callback=_namespaces,
    help="Judge only VMs in namespaces with these labels, such as env=prod,team in (a,b).",
)
@click.option(
    "--allow-suppressions",
    is_flag=True,
    help="With --action deny, let the annotation rtlint.io/ignore suppress findings. With the "
    "other actions it always does.",
)
@output_file_option
@click.pass_context
def command(
    context: click.Context,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    release: Release,
    cluster: Target | None,
    config: str | None,
    no_config: bool,
    action: Action,
    name: str,
    namespaces: dict[str, Any] | None,
    allow_suppressions: bool,
    output_file: str | None,
) -> None:
    """Print the rules as a ValidatingAdmissionPolicy and its binding.

    `rtlint policy | kubectl apply -f -`: from then on the API server itself judges VMs, whoever
    sends them. It needs Kubernetes v1.30 and KubeVirt v1.0, or newer. Exit status: 0, or 2 for
    wrong usage.
    """
    try:
        rules = select_rules(select, ignore)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    asked = configure.Asked(config, not no_config, given_options(context))
    settings = _settings(asked, Settings(release, rules=rules), cluster)
    suppress = settings.suppress and (action != "deny" or allow_suppressions)
    chosen = settings.rules
    if action == "deny" and not select:
        chosen = tuple(rule for rule in chosen if _severity(rule, settings) != "info")
    policy = evaluated(chosen, settings._replace(suppress=suppress))
    for note in _notes(select, chosen, policy.rules):
        say(note)
    failures: list[str] = []
    if policy.rules:
        kubevirt = _kubevirt_object(settings.platform)
        if policy.reads_cluster and kubevirt is None:
            say(_ASSUMED + _how_to_name(settings.platform))
        wanted = Wanted(name, action, namespaces, kubevirt or KUBEVIRT)
        write_output((render(policy, settings.release, wanted),), output_file, failures)
    for failure in failures:
        say(failure)
    sys.exit(UNUSABLE if failures else 0)


def _settings(asked: configure.Asked, base: Settings, cluster: Target | None) -> Settings:
    """The settings of the current folder, for a release that can have policies."""
    settings = configure.Configurations(asked).settings(".", base)
    if settings.release < _OLDEST:
        raise click.UsageError(
            f"KubeVirt {settings.release} runs on no Kubernetes that evaluates policies; name v1.0 "
            "or newer with --kubevirt-version."
        )
    if cluster is None:
        return settings
    return settings._replace(cluster=cluster.cluster, platform=cluster.platform).at(".")


def _severity(rule: Name, settings: Settings) -> str:
    return settings.severities.get(rule.id, load_rule(rule).rule.severity)


def _notes(select: tuple[str, ...], chosen: tuple[Name, ...], spoken: tuple[str, ...]) -> list[str]:
    """What to say of rules that were named one by one and are not in the policy."""
    named = {selector.lower() for selector in select}
    notes = []
    for rule in chosen:
        if rule.id in spoken or not named & {rule.id.lower(), rule.slug}:
            continue
        reason = load_rule(rule).policy
        if not isinstance(reason, str):
            reason = "The target release, or the configuration, leaves nothing to ask."
        notes.append(f"{rule.id} is not in the policy. {reason}")
    return notes if spoken else [*notes, "no rule is left, so there is no policy"]


def _how_to_name(platform: Platform | None) -> str:
    is_operated = platform is not None and bool(platform.of("HyperConverged"))
    return _OF_OPERATOR if is_operated else _UNNAMED


def _kubevirt_object(platform: Platform | None) -> tuple[str, str] | None:
    """Namespace and name of the cluster's KubeVirt object, where the user says what it is."""
    if platform is None:
        return None
    for known in platform.of("KubeVirt"):
        if known.name:
            return _named(known, known.name, KUBEVIRT[0])
    for known in platform.of("HyperConverged"):
        if known.name and known.data["metadata"].get("namespace") is not None:
            return _named(known, kubevirt_name(known.name))
    return None


def _named(known: Known, name: str, default: str | None = None) -> tuple[str, str]:
    namespace = known.data["metadata"].get("namespace")
    return _name_of(default if namespace is None else namespace, known), _name_of(name, known)


def _name_of(text: object, known: Known) -> str:
    """What the binding names: a line break, or a placeholder, would get into its text."""
    if isinstance(text, str) and not against_subdomain(text):
        return text
    raise click.UsageError(
        f"{known.path}: `metadata` of the {known.kind} object holds no name that Kubernetes takes, "
        "and the binding has to name the object"
    )
