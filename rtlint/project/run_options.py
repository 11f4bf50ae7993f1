"""The options of a whole run: what the command line says, else what the configuration does."""

from __future__ import annotations

import os

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.releases import parse_release
from rtlint.limits import Limits
from rtlint.project.files import Unusable, is_inside
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rtlint.config.load import Loaded
    from rtlint.kubevirt.releases import Release
    from rtlint.project.configure import Asked, Configurations


class RunOptions(NamedTuple):
    """`asked` is what the command line says; it wins over `loaded`, the run's configuration."""

    asked: Asked
    loaded: Loaded | None

    def pick(self, key: str, value: Any) -> Any:
        """An option: the command line's value, else the configuration's."""
        if self.loaded is None or key in self.asked.given:
            return value
        return self.loaded.values.get(key, value)

    def release(self, release: Release) -> Release:
        """The release that the report names."""
        text = self.pick("kubevirt-version", "")
        if not text or "kubevirt-version" in self.asked.given:
            return release
        return parse_release(text)

    def baseline(self, path: str | None, is_written: bool) -> str | None:
        """The baseline's file. Raises Unusable where a found configuration has another written."""
        picked: str | None = self.pick("baseline", path)
        loaded = self.loaded
        is_found = loaded is not None and picked != path and self.asked.file is None
        if not (is_written and is_found and picked and loaded):
            return picked
        if not is_inside(picked, loaded.folder("baseline")):
            raise Unusable(
                f"{loaded.path}: `baseline` lies outside of the configuration's folder; to write "
                "it, name it with --baseline"
            )
        return picked

    def limits(self, given: Mapping[str, str]) -> Limits:
        """The limits; each counts alone that the command line gives."""
        both = {**(self.loaded.values.get("limits", {}) if self.loaded else {}), **given}
        if not both:
            return Limits()
        from rtlint.config.limits import read_limits

        return read_limits(both)


def run_options(
    configurations: Configurations, paths: tuple[str, ...], stdin_name: str
) -> RunOptions:
    """The options of a run on paths: those of the configuration of their common folder.

    Raises Unusable if it is wrong.
    """
    named = [os.path.abspath(stdin_name if path == "-" else path) for path in paths]
    return RunOptions(configurations.asked, configurations.of(os.path.commonpath(named)))
