"""A snapshot from DDL: the columns that CREATE TABLE statements declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from amanat.observe.allowed import of_condition
from amanat.observe.column import Column, Unread, joined


def columns(text: str, dialect: str | None) -> list[Column]:
    """The columns of every table that is created, sorted. Raises `Unread`."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        statements = sqlglot.parse(text, read=dialect)
    except (SqlglotError, ValueError) as error:
        raise Unread(str(error).splitlines()[0]) from None
    found: dict[tuple[str, str], Column] = {}
    for statement in statements:
        if isinstance(statement, exp.Create) and isinstance(statement.this, exp.Schema):
            for column in _table(statement, dialect):
                found.setdefault((column.table, column.column), column)
    return [found[key] for key in sorted(found)]


def _table(statement: Any, dialect: str | None) -> Iterator[Column]:
    from sqlglot import exp

    schema = statement.this
    table = ".".join(part for part in (schema.this.db, schema.this.name) if part)
    keys = _keys(schema)
    checked = of_condition(_all_checks(schema))
    for column in schema.expressions:
        if not isinstance(column, exp.ColumnDef):
            continue
        own = {type(one.kind): one.kind for one in column.args.get("constraints") or ()}
        here = list(keys.get(column.name, ()))
        here += ["PK"] if exp.PrimaryKeyColumnConstraint in own else []
        here += ["UQ"] if exp.UniqueColumnConstraint in own else []
        here += [_foreign(own[exp.Reference])] if exp.Reference in own else []
        null = own.get(exp.NotNullColumnConstraint)
        refused = (null is not None and not null.args.get("allow_null")) or "PK" in here
        default = own.get(exp.DefaultColumnConstraint)
        comment = own.get(exp.CommentColumnConstraint)
        kind = column.args.get("kind")
        codes = kind.expressions if kind is not None and kind.this is exp.DataType.Type.ENUM else ()
        yield Column(
            table,
            column.name,
            "enum" if codes else kind.sql(dialect=dialect).lower() if kind is not None else "",
            "no" if refused else "yes",
            default.this.sql(dialect=dialect) if default is not None else "",
            joined([one.name for one in codes] or checked.get(column.name, ())),
            " ".join(sorted(key for key in dict.fromkeys(here) if key)),
            comment.this.name if comment is not None else "",
        )


def _all_checks(schema: Any) -> Any:
    """What every row of a table must meet, as one condition; None where nothing is said."""
    from sqlglot import exp

    found = [
        check.this.copy() for check in schema.find_all(exp.CheckColumnConstraint) if check.this is not None
    ]
    return exp.and_(*found, copy=False) if found else None


def _keys(schema: Any) -> dict[str, list[str]]:
    """The keys that stand below the columns of a table."""
    from sqlglot import exp

    found: dict[str, list[str]] = {}
    for constraint in schema.expressions:
        inner = constraint.expressions if isinstance(constraint, exp.Constraint) else [constraint]
        for one in inner:
            if isinstance(one, exp.PrimaryKey):
                for part in one.expressions:
                    found.setdefault(part.name, []).append("PK")
            elif isinstance(one, exp.UniqueColumnConstraint) and one.this is not None:
                parts = one.this.expressions
                if len(parts) == 1:
                    found.setdefault(parts[0].name, []).append("UQ")
            elif isinstance(one, exp.ForeignKey) and len(one.expressions) == 1:
                reference = one.args.get("reference")
                if reference is not None:
                    found.setdefault(one.expressions[0].name, []).append(_foreign(reference))
    return found


def _foreign(reference: Any) -> str:
    """The column that a key points to; "" where only its table is named."""
    from sqlglot import exp

    target = reference.this
    if not isinstance(target, exp.Schema) or len(target.expressions) != 1:
        return ""
    name = ".".join(part for part in (target.this.db, target.this.name) if part)
    return f"FK:{name}.{target.expressions[0].name}"
