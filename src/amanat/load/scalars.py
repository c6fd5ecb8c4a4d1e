"""What plain scalars mean: the core schema of YAML 1.2, with the narrowings of `yamlread`."""

from __future__ import annotations

import re
from typing import Any

NUMERIC = frozenset("+-.0123456789")
_NULLS = frozenset(("null", "Null", "NULL", "~"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_HEX_OCT = re.compile(r"0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"-?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_YAML_1_1_WORDS = frozenset(
    ["yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "y", "Y", "n", "N"]
)
WORDS = _NULLS | _TRUE | _FALSE | _YAML_1_1_WORDS | {""}
_SURPRISING = re.compile(
    r"\+[0-9][0-9_.]*|[-+]?0[0-9_]+|[-+]?[0-9]+(?:_[0-9]+)+"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9]*)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


def resolve_plain(text: str) -> Any:
    """The value of a plain (unquoted) scalar: None, bool, int, float, or the text itself."""
    if not text or text in _NULLS:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _INT.fullmatch(text):
        return int(text) if len(text) < 19 else text
    if _HEX_OCT.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) and text not in ("-", "."):
        number = float(text)
        return number if number - number == 0 else text
    return text


def is_surprising(text: str) -> bool:
    """Whether other YAML readers give a plain scalar another meaning than text."""
    return text in _YAML_1_1_WORDS or (text[:1] in NUMERIC and _SURPRISING.fullmatch(text) is not None)
