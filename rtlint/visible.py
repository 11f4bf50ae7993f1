"""Text of manifests on its way to terminals and logs, which act on some of it.

Terminals act on control characters, readers are misled by what turns the reading direction or
cannot be seen, and a workflow's log takes `::name::` at the beginning of a line, and `##[name]`
anywhere in it, for a command.
"""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

_UNSEEN = (
    r"\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f"
)
_COMMAND = r"(?<=#)#(?=\[)"
# Strings: a run that prints nothing of a manifest compiles neither, which takes a while.
_ACTIVE = rf"[\x00-\x1f{_UNSEEN}]|{_COMMAND}"
# Formats with escapes of their own have done with the others.
_ESCAPED = rf"[{_UNSEEN}]|{_COMMAND}"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def visible(text: str) -> str:
    """The text without anything that a terminal or a log would act on; a tab is one blank."""
    shown = re.sub(_ACTIVE, lambda match: " " if match[0] == "\t" else _REPLACEMENT, text)
    return shown.replace(":", _REPLACEMENT, 1) if shown.lstrip().startswith("::") else shown


def as_code(text: str) -> str:
    """A code span of Markdown, in which nothing of the text is a link, markup or a line's end."""
    shown = visible(text) or " "
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    # A reader takes one blank away where there is one at both ends.
    blank = " " if "`" in (shown[0], shown[-1]) or shown[0] == shown[-1] == " " else ""
    return f"{fence}{blank}{shown}{blank}{fence}"


def as_json(document: Any) -> str:
    """Indented JSON that ends with a newline; a reader gets every character back."""
    # The text report has no use for it, and it costs more than the rest of this module.
    import json

    text = json.dumps(document, indent=2, ensure_ascii=False)
    return re.sub(_ESCAPED, lambda match: _json_escape(match[0]), text) + "\n"


def in_xml(markup: str) -> str:
    """The same XML with character references in the places of active characters."""
    return re.sub(_ESCAPED, lambda match: f"&#{ord(match[0])};", markup)


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
