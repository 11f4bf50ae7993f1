"""Writing XML as text, the way that libvirt reads KubeVirt's.

An own writer: the tree that a library would build first costs more than the conversion.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile('[&<>"\t\n\r]|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')
_ESCAPES = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;",
    "\t": "&#09;", "\n": "&#10;", "\r": "&#13;",
}  # fmt: skip


def escape(text: str) -> str:
    """The text for an attribute or an element, such that a reader gets the same text back.

    A character that XML cannot hold becomes U+FFFD, as Go's encoder has it, which KubeVirt uses.
    """
    return _UNSAFE.sub(lambda match: _ESCAPES.get(match[0], "\ufffd"), text)


def element(tag: str, *children: str, **attributes: str | int | None) -> str:
    """An element as text: children are elements, or text from `escape`, in their order.

    Attributes keep their order, too; one whose value is None is left out.
    """
    head = tag
    for name, value in attributes.items():
        if value is not None:
            head += f' {name}="{escape(value) if isinstance(value, str) else value}"'
    body = "".join(children)
    return f"<{head}>{body}</{tag}>" if body else f"<{head} />"
