"""What a statement asks of data: the columns that it writes, and the queries whose rows it reads for that.

A statement that changes rows reads too: to find them, to make new values, to return something. Each such
statement is turned into the query that reads the same, so that there is one way to resolve what is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from amanat.model.values import Action


class Write(NamedTuple):
    """Columns of a table that are written; `names` is None for all of them."""

    action: Action
    table: Any
    names: tuple[str, ...] | None


class Asked(NamedTuple):
    """What a statement writes and reads. `of_data` is whether it is about data at all, `whole` whether all of
    it was understood."""

    writes: tuple[Write, ...] = ()
    reads: tuple[Any, ...] = ()
    of_data: bool = True
    whole: bool = True


NOT_OF_DATA = Asked(of_data=False)
UNREAD = Asked(whole=False)
_HARMLESS = frozenset(
    (
        *("set", "reset", "show", "vacuum", "analyze", "begin", "start", "commit", "rollback", "savepoint"),
        *("release", "deallocate", "discard", "listen", "unlisten", "notify", "close", "grant", "revoke"),
        *("alter", "drop", "reindex", "cluster", "checkpoint", "comment", "lock", "use", "explain"),
    )
)
"""First words of statements that sqlglot keeps as text and that read no data; any other is not understood."""
_NO_DATA = frozenset(
    (
        *(
            "Alter",
            "Analyze",
            "Attach",
            "Comment",
            "Commit",
            "Declare",
            "Describe",
            "Detach",
            "Drop",
            "Grant",
        ),
        *(
            "Kill",
            "Pragma",
            "Revoke",
            "Rollback",
            "Semicolon",
            "Set",
            "Show",
            "Transaction",
            "Uncache",
            "Use",
        ),
    )
)
"""Kinds of statements, as sqlglot calls them, that are about no data but for queries inside them."""
_WRAPPED = re.compile(
    r"\s*(?:EXPLAIN\s+(?=.*\bANALYZE\b)(?:\([^)]*\)|ANALYZE|VERBOSE|\s)+"
    r"|PREPARE\s+[\w\"]+\s*(?:\([^)]*\)\s*)?AS\s"
    r"|DECLARE\s+[\w\"]+\s(?:\s*(?:BINARY|ASENSITIVE|INSENSITIVE|NO|SCROLL)\b)*\s*CURSOR\b[\w\s]*?\bFOR\s)\s*",
    re.IGNORECASE | re.DOTALL,
)
"""What stands before a statement that is run all the same, or later."""
_REPLACE = re.compile(r"\s*REPLACE\s+(?:LOW_PRIORITY\s+|DELAYED\s+)?(?:INTO\s+)?", re.IGNORECASE)


def unwrapped(statement: str) -> str:
    """A statement without what only prepares, declares or explains it; MySQL's `REPLACE` as an `INSERT`."""
    text = _WRAPPED.sub("", statement, count=1) if _WRAPPED.match(statement) else statement
    return _REPLACE.sub("INSERT INTO ", text, count=1) if _REPLACE.match(text) else text


def asked(tree: Any) -> Iterator[Asked]:
    """What a statement asks, and what statements inside its WITH ask."""
    from sqlglot import exp

    tree = tree.copy()
    for cte in list(tree.find_all(exp.CTE)):
        if not isinstance(cte.this, exp.Query):
            inner = cte.this
            yield from asked(inner)
            cte.set("this", _returned(inner) or exp.select(exp.Literal.number(1)))
    yield _asked(tree)


def _asked(tree: Any) -> Asked:
    from sqlglot import exp

    if isinstance(tree, exp.Query):
        return Asked(reads=(tree,))
    for kind, ask in (
        (exp.Insert, _insert),
        (exp.Update, _update),
        (exp.Delete, _delete),
        (exp.Merge, _merge),
        (exp.Copy, _copy),
        (exp.Create, _create),
    ):
        if isinstance(tree, kind):
            made: Asked = ask(tree)
            return made
    if isinstance(tree, exp.Command):
        text = f"{tree.name} {tree.expression.name if tree.expression is not None else ''}".lower()
        harmless = tree.name.lower() in _HARMLESS and not re.search(r"\bselect\s", text)
        return NOT_OF_DATA if harmless else UNREAD
    if isinstance(tree, exp.TruncateTable):
        return Asked(tuple(Write(Action.DELETE, one, None) for one in tree.expressions))
    if isinstance(tree, exp.Drop) and tree.kind == "TABLE":
        return Asked(tuple(Write(Action.DELETE, one, None) for one in tree.find_all(exp.Table)))
    inner = tuple(_queries(tree))
    if type(tree).__name__ in _NO_DATA:
        return Asked(reads=inner) if inner else NOT_OF_DATA
    # Of what is not understood, the queries in it are: it is told, and so is that more may be in it.
    return Asked(reads=inner, whole=False)


def _queries(tree: Any) -> Iterator[Any]:
    """The outermost queries inside a node."""
    from sqlglot import exp

    for node in tree.find_all(exp.Select, exp.SetOperation):
        if node.find_ancestor(exp.Select, exp.SetOperation) is None:
            yield node


def _query(values: Sequence[Any], target: Any, others: Sequence[Any], where: Any, tree: Any) -> Any:
    """The query that reads what a statement on `target` reads: the values it makes, the rows it looks for."""
    from sqlglot import exp

    made = exp.select(*[_plain(value) for value in values] or [exp.Literal.number(1)])
    sources = [one.copy() for one in (target, *others) if isinstance(one, exp.Table | exp.Subquery)]
    if sources:
        made = made.from_(sources[0])
        for other in sources[1:]:
            made = made.join(other, join_type="cross")
    if where is not None:
        condition = where.this if isinstance(where, exp.Where) else where
        made = made.where(condition.copy())
    if tree.args.get("with_") is not None:
        made.set("with_", tree.args["with_"].copy())
    return made


def _plain(value: Any) -> Any:
    """A value without references to the row that an INSERT brings along (`excluded.x`, `VALUES(x)`)."""
    from sqlglot import exp

    def drop(node: Any) -> Any:
        brought = isinstance(node, exp.Column) and node.table.lower() == "excluded"
        values = isinstance(node, exp.Anonymous) and node.name.upper() == "VALUES"
        return exp.Null() if brought or values else node

    return value.copy().transform(drop)


def _returning(tree: Any) -> list[Any]:
    returned = tree.args.get("returning")
    return list(returned.expressions) if returned else []


def _target(tree: Any) -> Any:
    from sqlglot import exp

    return tree.this.this if isinstance(tree.this, exp.Schema) else tree.this


def _returned(tree: Any) -> Any:
    """The query that gives what a statement that changes rows returns."""
    values = _returning(tree)
    return _query(values, _target(tree), (), None, tree) if values else None


def _insert(tree: Any) -> Asked:
    from sqlglot import exp

    target = _target(tree)
    names = tuple(one.name for one in tree.this.expressions) if isinstance(tree.this, exp.Schema) else None
    writes = [Write(Action.CREATE, target, names or None)]
    if tree.args.get("overwrite"):
        writes.append(Write(Action.DELETE, target, None))
    reads = []
    if isinstance(tree.expression, exp.Query) and not isinstance(tree.expression, exp.Values):
        query = tree.expression.copy()
        if tree.args.get("with_") is not None and query.args.get("with_") is None:
            query.set("with_", tree.args["with_"].copy())
        reads.append(query)
    elif tree.expression is not None:
        reads += list(_queries(tree.expression))
    values = _returning(tree)
    conflict = tree.args.get("conflict")
    if conflict is not None:
        assigned = [one for one in conflict.expressions or () if isinstance(one, exp.EQ)]
        writes += _assigned(assigned, target)
        values = [*values, *(one.expression for one in assigned)]
    where = conflict.args.get("where") if conflict is not None else None
    if values or where is not None:
        reads.append(_query(values, target, (), where, tree))
    whole = tree.args.get("source") in (None, False) and isinstance(target, exp.Table)
    return Asked(tuple(writes), tuple(reads), whole=whole)


def _assigned(pairs: Sequence[Any], target: Any, others: Sequence[Any] = ()) -> list[Write]:
    """The columns that `SET` writes, each in its table."""
    from sqlglot import exp

    tables = {one.alias_or_name.lower(): one for one in (target, *others) if isinstance(one, exp.Table)}
    found: list[Write] = []
    for pair in pairs:
        sides = pair.this.expressions if isinstance(pair.this, exp.Tuple | exp.Paren) else [pair.this]
        for side in sides:
            table = tables.get(side.table.lower(), target) if isinstance(side, exp.Column) else target
            found.append(Write(Action.UPDATE, table, (side.name,)))
    return found


def _joined(table: Any) -> list[Any]:
    return [join.this for join in table.args.get("joins") or ()] if table is not None else []


def _update(tree: Any) -> Asked:
    from sqlglot import exp

    pairs = [one for one in tree.expressions if isinstance(one, exp.EQ)]
    source = tree.args.get("from_")
    others = [source.this, *_joined(source.this)] if source is not None else []
    values = [*(one.expression for one in pairs), *_returning(tree)]
    query = _query(
        values, tree.this, [source.this] if source is not None else [], tree.args.get("where"), tree
    )
    writes = _assigned(pairs, tree.this, [*_joined(tree.this), *others])
    return Asked(tuple(writes), (query,), whole=len(pairs) == len(tree.expressions))


def _delete(tree: Any) -> Asked:
    from sqlglot import exp

    using = tree.args.get("using") or []
    joined = {one.alias_or_name.lower(): one for one in (tree.this, *_joined(tree.this), *using)}
    named = tree.args.get("tables") or [tree.this]
    targets = [joined.get(one.name.lower(), one) for one in named] if named != [tree.this] else named
    query = _query(_returning(tree), tree.this, using, tree.args.get("where"), tree)
    writes = tuple(Write(Action.DELETE, one, None) for one in targets if isinstance(one, exp.Table))
    return Asked(writes, (query,), whole=len(writes) == len(targets))


def _merge(tree: Any) -> Asked:
    from sqlglot import exp

    writes: list[Write] = []
    values = _returning(tree)
    whole = True
    for when in tree.args["whens"].expressions:
        then = when.args.get("then")
        if when.args.get("condition") is not None:
            values.append(when.args["condition"])
        if isinstance(then, exp.Update):
            pairs = [one for one in then.expressions or () if isinstance(one, exp.EQ)]
            writes += _assigned(pairs, tree.this) or [Write(Action.UPDATE, tree.this, None)]
            values += [one.expression for one in pairs]
        elif isinstance(then, exp.Insert):
            named = then.this.expressions if isinstance(then.this, exp.Tuple) else []
            writes.append(Write(Action.CREATE, tree.this, tuple(one.name for one in named) or None))
            made = then.expression
            values += made.expressions if isinstance(made, exp.Tuple) else [made] if made is not None else []
        elif then is not None and then.name.upper() == "DELETE":
            writes.append(Write(Action.DELETE, tree.this, None))
        else:
            whole = then is None or then.name.upper() in ("", "DO NOTHING")
    query = _query(values, tree.this, [tree.args["using"]], tree.args.get("on"), tree)
    return Asked(tuple(writes), (query,), whole=whole)


def _copy(tree: Any) -> Asked:
    from sqlglot import exp

    inner = tree.this.unnest() if isinstance(tree.this, exp.Subquery | exp.Paren) else tree.this
    if isinstance(inner, exp.Query):
        return Asked(reads=(inner,))
    names = tuple(one.name for one in inner.expressions) if isinstance(inner, exp.Schema) else None
    table = inner.this if isinstance(inner, exp.Schema) else inner
    if not tree.args.get("kind"):
        return Asked(reads=(exp.select(*names or ("*",)).from_(table.copy()),))
    files = [
        one.this.unnest() if isinstance(one, exp.Subquery | exp.Paren) else one for one in tree.args["files"]
    ]
    queries = tuple(one for one in files if isinstance(one, exp.Query))
    tables = [one for one in files if isinstance(one, exp.Table) and isinstance(one.this, exp.Identifier)]
    if isinstance(table.this, exp.Identifier):
        return Asked((Write(Action.CREATE, table, names),), queries)
    reads = (*queries, *(exp.select("*").from_(one.copy()) for one in tables))
    return Asked(reads=reads, whole=bool(reads))  # into a stage, which is no table


def _create(tree: Any) -> Asked:
    from sqlglot import exp

    clone = tree.args.get("clone")
    if clone is not None:
        return Asked(reads=(exp.select("*").from_(clone.this.copy()),))
    if not isinstance(tree.expression, exp.Query):
        return NOT_OF_DATA
    properties = tree.args.get("properties")
    kept = properties is not None and properties.find(exp.MaterializedProperty) is not None
    if tree.kind == "VIEW" and not kept:
        return NOT_OF_DATA  # it is read when somebody reads the view
    query = tree.expression.copy()
    if tree.args.get("with_") is not None:
        query.set("with_", tree.args["with_"].copy())
    return Asked(reads=(query,))
