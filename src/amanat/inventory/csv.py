"""A register as CSV: RFC 4180 quoting, UTF-8 without BOM, lines that end in LF, cells made harmless.

A cell never stands blank: `unknown` is what nobody said, `n/a` what does not apply, `none` a list known
to be empty. A text that itself reads like one of these, or is empty, stands in double quotes of its own.
Flags are `yes` and `no`. The items of a list are joined by ` | `; inside an item `|` is written `\\|` and
`\\` is written `\\\\`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from amanat.inventory.columns import Absent, Cell
from amanat.inventory.register import Rows

NONE = "none"
RESERVED = frozenset({"", NONE, *(word.value for word in Absent)})

# A spreadsheet reads a cell as a formula when it begins with one of these, also in full width or as a
# small form, and also behind what nobody sees. With a semicolon or tab as separator (the habit of many
# locales) a cell also begins behind these, and a line behind a line break inside a quoted cell.
_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
_UNSEEN = ' "\u00a0\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u3000\x00-\x08\x0e-\x1f\x7f'
_BEGIN = "(?:\\A|(?<=[;\t\r\n\x0b\x0c\x85\u2028\u2029]))"
_NEEDS_QUOTES = re.compile('[,"\r\n]')
_DANGER = re.compile(f"{_BEGIN}(?='*[{_UNSEEN}]*[{_FORMULA}])|\\A(?='*[\t\r\n\x0b\x0c\x85])")


def harmless(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet would take for the start of a formula.

    Taking one apostrophe away at the same places gives the text back. OWASP, CSV injection.
    """
    return _DANGER.sub("'", text)


_DISARMED = re.compile(f"{_BEGIN}'(?='*[{_UNSEEN}]*[{_FORMULA}])|\\A'(?='*[\t\r\n\x0b\x0c\x85])")


def as_meant(text: str) -> str:
    """The text that `harmless` was given."""
    return _DISARMED.sub("", text)


def written(cell: Cell) -> str:
    """A cell as text: the one way from a value to what stands in a CSV file, except quoting."""
    if isinstance(cell, Absent):
        return cell.value
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return harmless(str(cell))
    if isinstance(cell, str):
        return harmless(quoted(cell))
    if not cell:
        return NONE
    return harmless(quoted(" | ".join(item.replace("\\", "\\\\").replace("|", "\\|") for item in cell)))


def quoted(text: str) -> str:
    """The text, in double quotes if it could be taken for a word that says why there is none."""
    return f'"{text}"' if text.strip('"') in RESERVED else text


@lru_cache(maxsize=65536, typed=True)
def _cell(cell: Cell) -> str:
    """A cell as it stands in the file. Most cells say the same as thousands of others, so they are kept."""
    return _delimited(written(cell))


def lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """CSV lines of cells that are written already.

    Not by the standard library's writer: with LF as line end it leaves a lone CR unquoted.
    """
    yield _line(header)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[str]) -> str:
    return ",".join(map(_delimited, cells)) + "\n"


def _delimited(cell: str) -> str:
    if not cell or _NEEDS_QUOTES.search(cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def to_csv(register: Rows) -> Iterator[str]:
    """A register as CSV, in pieces."""
    names = [column.name for column in register.columns]
    yield _line([harmless(name) for name in names])
    for row in register.rows():
        yield ",".join(map(_cell, map(row.__getitem__, names))) + "\n"
