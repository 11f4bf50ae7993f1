"""Whether an object's structure is right, and only where it is not, what is wrong with it."""

from __future__ import annotations

from functools import lru_cache

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.schema.api import NOTE, definitions, form, kind_of, range_of
from rtlint.kubevirt.schema.walk import is_clean

if TYPE_CHECKING:
    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.releases import Release
    from rtlint.kubevirt.schema.problem import Problem


# Several rules ask for the same object, one after the other.
@lru_cache(maxsize=4)
def problems(obj: Object, release: Release) -> tuple[Problem, ...]:
    """What is wrong with an object's structure for a release; nothing for kinds unknown here.

    An object of a version that the release does not serve is held against the nearest release
    that does.
    """
    annotated = kind_of(obj.api_version, obj.kind, release)
    if annotated is None:
        return ()
    serving = range_of(annotated.get(NOTE, {})).nearest(release)
    schema = form(annotated, serving)
    assert schema is not None
    if is_clean(obj.data, schema, definitions(serving)):
        return ()
    from rtlint.kubevirt.schema.explain import explain

    return tuple(explain(obj, serving))
