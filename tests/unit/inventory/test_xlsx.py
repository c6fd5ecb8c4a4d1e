"""Workbooks: read back with another library, hostile texts, limits."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from amanat.errors import UsageError
from amanat.inventory.columns import Absent, Cell, Column
from amanat.inventory.tables import Table
from amanat.inventory.xlsx import MOST_CHARACTERS, Sheet, to_xlsx
from amanat.model.catalog import Catalog
from tests.support import catalog_of

COLUMNS = (Column("id", "text", "Id."), Column("cell", "scalar", "A cell."))


def catalog() -> Catalog:
    return catalog_of({"amanat.yaml": "catalog: {name: =A1, languages: [en]}\n"}).catalog


def table(*cells: Cell) -> Table:
    rows = tuple({"id": f"row{at}", "cell": cell} for at, cell in enumerate(cells))
    return Table("t", catalog(), COLUMNS, rows)


def read(*cells: Cell, names: tuple[str, ...] = ("t",), right_to_left: bool = False) -> Any:
    made = to_xlsx(
        catalog(), [Sheet(name, table(*cells)) for name in names], {"filtered by": "x"}, right_to_left
    )
    return openpyxl.load_workbook(io.BytesIO(made))


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://shop.example")',
    "http://shop.example",
    "\t=1",
    "mailto:a@shop.example",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula_or_a_link(text: str) -> None:
    cell = read(text)["t"]["B2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_cells_have_their_types_and_what_is_missing_is_told() -> None:
    page = read(
        17,
        1.5,
        True,
        False,
        Absent.UNKNOWN,
        Absent.NOT_APPLICABLE,
        (),
        ("a|b", "c"),
        "2026-01-31",
        "none",
        "017",
    )["t"]
    values = [page.cell(row, 2).value for row in range(2, 13)]
    assert values == [
        17,
        1.5,
        "yes",
        "no",
        "unknown",
        "n/a",
        "none",
        "a\\|b | c",
        datetime(2026, 1, 31),
        '"none"',
        "017",
    ]
    assert page.cell(6, 2).font.italic and page.cell(7, 2).font.italic
    assert page.cell(10, 2).number_format == "yyyy-mm-dd"


def test_the_heading_stays_and_filters() -> None:
    page = read("a", "b")["t"]
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == "A1:B3"
    assert [cell.value for cell in page[1]] == ["id", "cell"]
    assert page["A1"].font.bold


def test_what_xml_cannot_hold_is_spelled_out() -> None:
    assert read("a\x00b\x1f\ud800c\ufffe")["t"]["B2"].value == "a\\u0000b\\u001f\\ud800c\\ufffe"
    assert read("a\nb 𝒳 نشانی\u200cها")["t"]["B2"].value == "a\nb 𝒳 نشانی\u200cها"


def test_names_of_sheets_are_made_to_fit() -> None:
    names = ("a/b:c*d?e[f]", "A_B_C_D_E_F_", "x" * 40, "x" * 41, "History", "")
    found = read("a", names=names).sheetnames
    assert found[0] == "about"
    assert len({name.casefold() for name in found}) == 7
    assert all(len(name) <= 31 for name in found)


def test_a_workbook_is_right_to_left_where_its_language_is() -> None:
    assert read("a", right_to_left=True)["t"].sheet_view.rightToLeft
    assert not read("a")["t"].sheet_view.rightToLeft


def test_a_cell_that_does_not_fit_is_refused_and_not_cut() -> None:
    assert read("x" * MOST_CHARACTERS)["t"]["B2"].value == "x" * MOST_CHARACTERS
    with pytest.raises(UsageError, match="a cell of `cell` in `t` has 32,768 characters"):
        read("x" * (MOST_CHARACTERS + 1))


def test_the_first_sheet_says_what_it_is() -> None:
    page = read("a", "b")["about"]
    told = {row[0].value: row[1].value for row in page.iter_rows(max_col=2) if row[0].value}
    assert told["catalog"] == "=A1"
    assert str(told["catalog digest"]).startswith("sha256:")
    assert told["filtered by"] == "x"
    assert told["t"] == 2
    assert told["unknown"] == "nobody said"


def test_the_same_registers_give_the_same_bytes() -> None:
    one, two = (to_xlsx(catalog(), [Sheet("t", table("a", 1))], {}) for _ in range(2))
    assert one == two
