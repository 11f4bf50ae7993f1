"""Instancetypes and preferences, and the VM that comes of them."""

from rtlint.kubevirt.instancetypes.common import common
from rtlint.kubevirt.instancetypes.conflicts import Conflict
from rtlint.kubevirt.instancetypes.merge import Merged, apply
from rtlint.kubevirt.instancetypes.origin import Origin
from rtlint.kubevirt.instancetypes.reference import Reference, References, references
from rtlint.kubevirt.instancetypes.requirements import Unmet, unmet_requirements
from rtlint.kubevirt.instancetypes.topology import Indivisible, indivisible
from rtlint.kubevirt.instancetypes.versions import normalise

__all__ = [
    "Conflict",
    "Indivisible",
    "Merged",
    "Origin",
    "Reference",
    "References",
    "Unmet",
    "apply",
    "common",
    "indivisible",
    "normalise",
    "references",
    "unmet_requirements",
]
