"""XML that holds any text of a catalog."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, escaped or not."""


def holdable(text: str) -> str:
    """The text with what XML cannot hold spelled out; the serialiser escapes the rest."""
    return _NOT_XML.sub(lambda sign: f"\\u{ord(sign.group()):04x}", text)


def document(root: ElementTree.Element) -> str:
    """The whole document, indented, ending in a newline."""
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
