"""`extends`: a configuration over another one of the same repository."""

from __future__ import annotations

import os

from rtlint import TYPE_CHECKING
from rtlint.config.find import repository
from rtlint.config.read import Problem, Text, read, split_names

if TYPE_CHECKING:
    from typing import Any


def chain(path: str) -> tuple[tuple[Text, ...], list[str]]:
    """A configuration file and what it extends, the nearest first, and why one does not count.

    Raises Problem where the first cannot be read.
    """
    texts = [read(path)]
    while isinstance(named := texts[-1].values.get("extends"), str) and named:
        last = texts[-1]
        base = os.path.normpath(os.path.join(os.path.dirname(last.path), named))
        try:
            _refuse(base, texts)
            texts.append(read(base))
        except Problem as problem:
            where = f"{last.path}:{last.line(('extends',))}: `extends`: "
            return tuple(texts), [where + message for message in problem.messages]
    return tuple(texts), []


def _refuse(base: str, texts: list[Text]) -> None:
    """Raise Problem for a file that may not be extended: whoever wrote it need not be trusted."""
    if not os.path.isfile(base):
        raise Problem(f"{base} is no file")
    if _repository(base) != _repository(texts[0].path):
        raise Problem(f"{base} lies outside of the repository; copy it there")
    if any(os.path.samefile(base, text.path) for text in texts):
        raise Problem(f"{base} extends this file in turn; leave one of them out")


def _repository(path: str) -> str:
    return repository(os.path.dirname(os.path.realpath(path)))


def merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The values of a configuration over those that it extends.

    Its keys replace the base's, in mappings entry by entry and in `rules` option by option. What
    both ignore adds up, except beside a `select` of its own, which begins anew.
    """
    values = {**base, **own}
    for key, value in own.items():
        if isinstance(value, dict):
            values[key] = _over(base.get(key, {}), value)
    if "select" in own:
        values.pop("ignore", None)
        values |= {"ignore": own["ignore"]} if "ignore" in own else {}
    elif "ignore" in own:
        both = (*split_names(base.get("ignore", ())), *split_names(own["ignore"]))
        values["ignore"] = list(dict.fromkeys(both))
    return values


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Of severities the last counts, so what the base alone says goes first."""
    values = {key: value for key, value in base.items() if key not in own}
    for key, value in own.items():
        is_both = isinstance(value, dict) and isinstance(base.get(key), dict)
        values[key] = {**base[key], **value} if is_both else value
    return values
