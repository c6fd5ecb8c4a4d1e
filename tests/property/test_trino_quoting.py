"""Quoting for Trino, whatever the text."""

from __future__ import annotations

import sqlglot
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlglot import exp

from amanat.model.values import Mask, MaskKind, PurposeId, SourceId
from amanat.policy.request import Condition
from amanat.policy.rows import Hop, RowFilter
from amanat.policy.targets.quoting import UnquotableError
from amanat.policy.targets.trino.masks import forms
from amanat.policy.targets.trino.quoting import folded, identifier, literal
from amanat.policy.targets.trino.rows import condition
from tests.property.test_policy_quoting import HOSTILE, quoted


@given(HOSTILE)
def test_a_name_reads_back_as_trino_knows_it(name: str) -> None:
    written = quoted(identifier, name)
    assume(written is not None)
    assert written is not None
    assert written[0] == written[-1] == '"'
    assert written[1:-1].replace('""', "").count('"') == 0
    assert written[1:-1].replace('""', '"') == folded(name) == name.lower()


@given(HOSTILE)
def test_a_value_reads_back_as_itself(text: str) -> None:
    written = quoted(literal, text)
    assume(written is not None)
    assert written is not None
    assert "'" not in written[1:-1].replace("''", "")
    assert written[1:-1].replace("''", "'") == text
    (read,) = sqlglot.parse(f"SELECT {written}", dialect="trino")
    assert isinstance(read, exp.Select) and read.expressions[0].name == text


NAMES = st.text(st.sampled_from("\"'\\;-$abZ éن🙂.()"), min_size=1)


@given(NAMES, NAMES, NAMES, st.sampled_from([Mask(kind, 3) for kind in MaskKind]))
def test_masks_and_filters_stay_one_expression(column: str, table: str, value: str, mask: Mask) -> None:
    rows = RowFilter(
        Condition(PurposeId("p"), SourceId("lake.s.t.c"), value), (Hop(column, table, table, column),), column
    )
    try:
        texts = [form.expression for form in forms(mask, "lake", column).values()]
        texts.append(condition(rows, "lake"))
    except UnquotableError:
        assume(False)
    for text in texts:
        (read,) = sqlglot.parse(f"SELECT ({text}), 1", dialect="trino")
        assert isinstance(read, exp.Select) and len(read.expressions) == 2
        assert isinstance(read.expressions[0], exp.Paren)
        known = {"key", "amanat", "mask_key", "lake", "h1"}
        names = {each.name for each in read.find_all(exp.Identifier)} - known
        assert names <= {folded(column), folded(table)}
