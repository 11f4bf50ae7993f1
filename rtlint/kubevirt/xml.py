"""Writing XML as text, the way that libvirt reads KubeVirt's.

An own writer: the tree that a library would build first costs more than the conversion.
"""

from __future__ import annotations

import re

# Go's encoder, which KubeVirt uses, writes U+FFFD for a character that XML cannot hold.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPECIAL = re.compile('[&<>"\t\n\r]')
_ESCAPES = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;",
    "\t": "&#09;", "\n": "&#10;", "\r": "&#13;",
}  # fmt: skip


def escape(text: str) -> str:
    """The text for an attribute or an element, such that a reader gets the same text back."""
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], _NO_XML.sub("\ufffd", text))


def element(tag: str, *children: str, **attributes: object) -> str:
    """An element as text: children are elements, or text from `escape`, in their order.

    Attributes keep their order, too; one whose value is None is left out.
    """
    head = tag + "".join(
        f' {name}="{escape(str(value))}"' for name, value in attributes.items() if value is not None
    )
    body = "".join(children)
    return f"<{head}>{body}</{tag}>" if body else f"<{head} />"
