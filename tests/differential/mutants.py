"""The faults, written out. Each is one that a person could make."""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """A fault: `old` becomes `new` in the first module of `way`; the others lead from there to the policy, and
    the last one is where it takes effect. `also` has further edits (module, old, new) on the way, where two
    pieces of code guard the same thing. `targets` are those it concerns; None: all that have worlds."""

    name: str
    old: str
    new: str
    way: tuple[str, ...]
    targets: frozenset[str] | None = None
    also: tuple[tuple[str, str, str], ...] = ()
    test: str = ""
    """The test that notices it, where comparing cells cannot: below `tests/differential/`."""

    @property
    def edits(self) -> tuple[tuple[str, str, str], ...]:
        """Module, the text that stands once in it, and what it becomes."""
        return ((self.way[0], self.old, self.new), *self.also)


_DECIDE = ("amanat.policy.decide", "amanat.policy.matrix")
_COVER = ("amanat.policy.cover", "amanat.policy.decide", "amanat.policy.matrix")
_MASKS = ("amanat.policy.masks", "amanat.policy.decide", "amanat.policy.matrix")
_PLAN = ("amanat.policy.plan", "amanat.policy.build")
_COLUMNS = ("amanat.policy.columns", "amanat.policy.plan", "amanat.policy.build")
_ROWS = ("amanat.policy.rows", "amanat.policy.plan", "amanat.policy.build")

DUCKDB = frozenset(("duckdb",))
_DUCK = "amanat.policy.targets.duckdb"
_DUCK_SCRIPT = (f"{_DUCK}.script", _DUCK)
_DUCK_MASKS = (f"{_DUCK}.masks", f"{_DUCK}.script", _DUCK)

POSTGRES = frozenset(("postgres",))
_PG = "amanat.policy.targets.postgres"
_PG_RELATIONAL = ("amanat.policy.targets.relational", "amanat.policy.targets.granting", _PG)
_PG_CONSENT = ("amanat.policy.targets.consent", f"{_PG}.rows", f"{_PG}.script", _PG)
_PG_SCRIPT = (f"{_PG}.script", _PG)
_PG_MASKS = (f"{_PG}.masks", f"{_PG}.script", _PG)

SQLITE = frozenset(("sqlite",))
_SQLITE = "amanat.policy.targets.sqlite"
_SQLITE_ACCESS = (f"{_SQLITE}.access", _SQLITE)
_SQLITE_SCRIPT = (f"{_SQLITE}.script", _SQLITE)
_SQLITE_GUARD = (f"{_SQLITE}.guard", "tests.differential.sqlite")
CLICKHOUSE = frozenset(("clickhouse",))
_CH = "amanat.policy.targets.clickhouse"
_CH_RELATIONAL = ("amanat.policy.targets.relational", _CH)
_CH_SCRIPT = (f"{_CH}.script", _CH)
_CH_CONSENT = (f"{_CH}.consent", f"{_CH}.script", _CH)
MARIADB = frozenset(("mariadb",))
_MY = "amanat.policy.targets.mariadb"
_MY_RELATIONAL = ("amanat.policy.targets.relational", "amanat.policy.targets.granting", _MY)
_MY_ENGINE = (f"{_MY}.engine", _MY)
_MY_CONSENT = (f"{_MY}.consent", f"{_MY}.script", _MY)
_MY_SCRIPT = (f"{_MY}.script", _MY)
_MY_MASKS = (f"{_MY}.masks", f"{_MY}.script", _MY)

SNOWFLAKE = frozenset(("snowflake",))
_SF = "amanat.policy.targets.snowflake"
_SF_RELATIONAL = ("amanat.policy.targets.relational", _SF)
_SF_CONSENT = (f"{_SF}.consent", f"{_SF}.script", _SF)
_SF_SCRIPT = (f"{_SF}.script", _SF)
_SF_MASKS = (f"{_SF}.masks", f"{_SF}.script", _SF)

MUTANTS: tuple[Mutant, ...] = (
    # the decision, as it reaches an engine
    Mutant("planned fields are live", "live = f.status is Status.LIVE and p.", "live = p.", _DECIDE),
    Mutant(
        "the last valid day is already over",
        "fromisoformat(until) < as_of",
        "fromisoformat(until) <= as_of",
        _COVER,
    ),
    Mutant("a purpose never ends", "until is None or not cover.is_over(until, as_of)", "True", _DECIDE),
    Mutant("holds freeze nothing", "if a is Action.DELETE and cover", "if False and cover", _DECIDE),
    Mutant(
        "every action of a role is granted",
        "a in (actions or ())",
        "bool(actions)",
        ("amanat.policy.decide", "amanat.policy.matrix", "amanat.policy.plan", "amanat.policy.build"),
        also=(
            (
                "amanat.policy.matrix",
                "        if action not in declared.roles.get(role, ()):\n            return self.coarse\n",
                "",
            ),
            (
                "amanat.policy.plan",
                "sorted(table.catalog.purposes[pair.purpose].roles[pair.role], key=str)",
                "sorted(Action, key=str)",
            ),
        ),
    ),
    Mutant("denials are passed over", "if cover.denies_pair(denial, r, p) and", "if False and", _DECIDE),
    Mutant(
        "a denied purpose leaves its children out",
        "any(selects(selector, above) for above in ancestors(dotted))",
        "selects(selector, dotted)",
        _COVER,
    ),
    Mutant(
        "fields serve every purpose",
        'passed = wide is not None and "purposes" not in f.broken',
        "passed = True",
        _DECIDE,
    ),
    Mutant("special categories need no condition", "special is False or known", "True", _DECIDE),
    Mutant(
        "consent is not asked for",
        'if all(p.basis_in(where) != "consent" for',
        'if True or all(p.basis_in(where) != "consent" for',
        _DECIDE,
    ),
    Mutant("clearance has to be above the class", "if have >= need:", "if have > need:", _DECIDE),
    Mutant("below the clearance nothing is masked", "if have >= need:", "if True:", _DECIDE),
    Mutant(
        "masks for a purpose are forgotten",
        "if mask is None or not a.reading:\n        return Step(9",
        "if True:\n        return Step(9",
        _DECIDE,
    ),
    Mutant(
        "the weaker of two masks is worn",
        "if at_least(mask, strictest):",
        "if strictest is None or at_least(strictest, mask):",
        _MASKS,
    ),
    Mutant(
        "the first of two fields on a column decides",
        "if denied is not None:",
        "if denied is not None and denied is outcomes[0]:",
        _COLUMNS,
    ),
    # the plan
    Mutant("fields that share a column are decided alone", "if len(column.fields) == 1:", "if True:", _PLAN),
    Mutant(
        "conditions of rows are dropped",
        "tuple(draft.filters[at, condition] for condition in conditions)",
        "()",
        _PLAN,
    ),
    Mutant(
        "a record in another system is looked for here",
        "if record is None or record.system != system.id:",
        "if record is None:",
        _ROWS,
    ),
    Mutant("an unsaid granted value is taken for NULL", "if not condition.known:", "if False:", _ROWS),
    # DuckDB
    Mutant(
        "what may be read is exported",
        "if at in exported}",
        "}",
        (_DUCK, "amanat.policy.build"),
        DUCKDB,
        (
            (_DUCK, "if any(outcome != exported[at] for at, outcome in read.items()):", "if False:"),
            (_DUCK, "elif action is Action.EXPORT:", "elif action is Action.EXPORT and source in fares:"),
        ),
    ),
    Mutant(
        "files hold masked columns as they are",
        "if mask else plain)",
        "if False else plain)",
        _DUCK_SCRIPT,
        DUCKDB,
    ),
    Mutant("files hold all rows", "if conditions else []", "if False else []", _DUCK_SCRIPT, DUCKDB),
    Mutant(
        "files of two tables have one name",
        'return f"{name}.parquet"',
        'return "t.parquet"',
        _DUCK_SCRIPT,
        DUCKDB,
    ),
    Mutant("a file's partial shows short values", "< {2 * n} THEN", "< {n} THEN", _DUCK_MASKS, DUCKDB),
    Mutant(
        "a file's hashes have no key",
        "sha256(getvariable('{OUTER}') || {inner})",
        "sha256({_text(value)})",
        _DUCK_MASKS,
        DUCKDB,
    ),
    Mutant(
        "a file's addresses need no whole match", "regexp_full_match(", "regexp_matches(", _DUCK_MASKS, DUCKDB
    ),
    Mutant(
        "a file's buckets of decimals round towards zero",
        'return _floored(f"floor({value})::hugeint", n)',
        'return _floored(f"trunc({value})::hugeint", n)',
        _DUCK_MASKS,
        DUCKDB,
    ),
    # PostgreSQL
    Mutant(
        "masked columns are shown as they are",
        "if mask else plain)",
        "if False else plain)",
        _PG_SCRIPT,
        POSTGRES,
    ),
    Mutant("views show all rows", "if conditions else []", "if False else []", _PG_SCRIPT, POSTGRES),
    Mutant(
        "a view is no barrier",
        " WITH (security_barrier) AS {query}",
        " AS {query}",
        _PG_SCRIPT,
        POSTGRES,
        test="test_postgres.py::test_a_cheap_function_does_not_see_rows_behind_the_view",
    ),
    Mutant(
        "one of several records is enough",
        "bool_and(",
        "bool_or(",
        _PG_CONSENT,
        POSTGRES,
        test="test_postgres.py::test_a_second_record_of_the_same_customer_that_says_no_closes_the_rows",
    ),
    Mutant("NULL counts as the granted value", ', false)"', ', true)"', _PG_CONSENT, POSTGRES),
    Mutant(
        "rows may be written for anybody",
        '"\\nWITH CASCADED CHECK OPTION" if checked',
        '"" if checked',
        _PG_SCRIPT,
        POSTGRES,
        test="test_postgres.py::test_rows_cannot_be_written_for_people_who_did_not_consent",
    ),
    Mutant(
        "a plain grant covers the table",
        'f" ({\', \'.join(map(identifier, columns))})" if columns else ""',
        '""',
        _PG_SCRIPT,
        POSTGRES,
    ),
    Mutant(
        "a masked table is also granted plainly",
        "in_view = bool(access.rows) or any(each.mask for each in wear.values())",
        "in_view = bool(access.rows)",
        _PG_RELATIONAL,
        POSTGRES,
    ),
    Mutant(
        "rows are deleted though a column is closed",
        "return len(opened.of(Action.DELETE)) == len(opened.access.table.columns)",
        "return bool(opened.of(Action.DELETE))",
        _PG_RELATIONAL,
        POSTGRES,
    ),
    Mutant(
        "a mask that does not fit is worn all the same",
        "if column.kind is None or not fits(mask, column.kind):",
        "if False:",
        _PG_RELATIONAL,
        POSTGRES,
    ),
    Mutant("partial shows short values", "< {2 * n} THEN", "< {n} THEN", _PG_MASKS, POSTGRES),
    Mutant(
        "partial shows one character more",
        "right({text}, {n}) END",
        "right({text}, {n + 1}) END",
        _PG_MASKS,
        POSTGRES,
    ),
    Mutant("hashes have no key", "sha256(k.outer_pad || {inner})", "sha256({message})", _PG_MASKS, POSTGRES),
    Mutant(
        "buckets round up",
        "- ((({number} % {n}) + {n}) % {n})",
        "+ {n} - ((({number} % {n}) + {n}) % {n})",
        _PG_MASKS,
        POSTGRES,
    ),
    Mutant(
        "an address with a second @ shows its end",
        "^[^@]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$",
        "@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$",
        _PG_MASKS,
        POSTGRES,
    ),
    Mutant(
        "moments are seen in the session's zone",
        "f\"({value} AT TIME ZONE 'UTC')\" if column.zoned else value",
        "value",
        (f"{_PG}.masks", "tests.differential.test_postgres_masks"),
        POSTGRES,
        test="test_postgres_masks.py::test_every_value_of_the_table",
    ),
    Mutant(
        "months show the day", "{_digits('month', day, 2)}", "{_digits('day', day, 2)}", _PG_MASKS, POSTGRES
    ),
    # SQLite
    Mutant("masked columns are shown", "if shown.mask is None:", "if True:", _SQLITE_SCRIPT, SQLITE),
    Mutant("all rows are shown", "{' WHERE ' if where else ''}{where}", "", _SQLITE_SCRIPT, SQLITE),
    Mutant(
        "no record is as good as consent",
        'coalesce({text}, 0)"',
        'coalesce({text}, 1)"',
        _SQLITE_SCRIPT,
        SQLITE,
    ),
    Mutant(
        "truth is a word",
        "str(int(granted)) if isinstance(granted, bool)",
        "'true' if False",
        _SQLITE_SCRIPT,
        SQLITE,
    ),
    Mutant("who objected has consented", "IS NULL", "IS NOT NULL", _SQLITE_SCRIPT, SQLITE),
    Mutant(
        "updates in views are passed over",
        "refused |= {Action.UPDATE",
        "refused = {Action.UPDATE",
        _SQLITE_ACCESS,
        SQLITE,
    ),
    Mutant(
        "inserts are told as given", "_without(access, (Action.CREATE,))", "access", _SQLITE_ACCESS, SQLITE
    ),
    Mutant(
        "a name of a view is trusted",
        "context == self._inner",
        "_folded(context or '') in self._views",
        _SQLITE_GUARD,
        SQLITE,
    ),
    Mutant("every column of a table is open", "and column in table.read", "", _SQLITE_GUARD, SQLITE),
    Mutant(
        "a table is as open as its view",
        'if database == "temp":',
        'if database == "temp" or view:',
        _SQLITE_GUARD,
        SQLITE,
    ),
    Mutant("every column may be updated", "and two in table.update", "", _SQLITE_GUARD, SQLITE),
    Mutant(
        "every table may be deleted from",
        "table is not None and table.delete",
        "table is not None",
        _SQLITE_GUARD,
        SQLITE,
    ),
    Mutant(
        "rows may be inserted",
        "(sqlite3.SQLITE_SELECT, ",
        "(sqlite3.SQLITE_SELECT, sqlite3.SQLITE_INSERT, ",
        _SQLITE_GUARD,
        SQLITE,
    ),
    Mutant("short values are shown", "if len(value) < 2 * n", "if len(value) < n", _SQLITE_GUARD, SQLITE),
    Mutant("guards hash without a key", "hmac.new(key,", "hmac.new(b'',", _SQLITE_GUARD, SQLITE),
    Mutant("numbers are shown as they are", "// n * n", "", _SQLITE_GUARD, SQLITE),
    Mutant(
        "addresses are shown whole", "return address[1] if", "return address[0] if", _SQLITE_GUARD, SQLITE
    ),
    Mutant("years show the month", 'if kind == "month" else ""', 'if kind else ""', _SQLITE_GUARD, SQLITE),
    # ClickHouse
    Mutant(
        "masked columns are shown as they are in ClickHouse",
        "worn = expression(mask, plain, column) if mask else plain",
        "worn = plain",
        _CH_SCRIPT,
        CLICKHOUSE,
    ),
    Mutant(
        "views of ClickHouse show all rows",
        "if conditions else []",
        "if False else []",
        _CH_SCRIPT,
        CLICKHOUSE,
    ),
    Mutant(
        "a plain grant covers the table in ClickHouse",
        'f"GRANT {privilege}({listed}) ON',
        'f"GRANT {privilege} ON',
        _CH_SCRIPT,
        CLICKHOUSE,
    ),
    Mutant(
        "a view reads with its reader's rights",
        "SQL SECURITY DEFINER",
        "SQL SECURITY INVOKER",
        _CH_SCRIPT,
        CLICKHOUSE,
    ),
    Mutant(
        "a masked table is also granted plainly in ClickHouse",
        "in_view = bool(access.rows) or any(each.mask for each in wear.values())",
        "in_view = bool(access.rows)",
        _CH_RELATIONAL,
        CLICKHOUSE,
    ),
    Mutant("whose consent was refused is met", "HAVING min(", "HAVING 1 - min(", _CH_CONSENT, CLICKHOUSE),
    Mutant(
        "NULL counts as the granted value of ClickHouse", ', false)"', ', true)"', _CH_CONSENT, CLICKHOUSE
    ),
    # MariaDB
    Mutant(
        "masked columns are shown as they are",
        "expression(mask, plain, column, key) if mask else plain",
        "expression(mask, plain, column, key) if False else plain",
        _MY_SCRIPT,
        MARIADB,
    ),
    Mutant("views show all rows", '"] if conditions else []', '"] if False else []', _MY_SCRIPT, MARIADB),
    Mutant(
        "a reader's condition is asked before the view's",
        'return "TEMPTABLE" if view.rows else "MERGE"',
        'return "MERGE"',
        _MY_SCRIPT,
        MARIADB,
        also=((f"{_MY}.script", ', "LIMIT 18446744073709551615"]', "]"),),
    ),
    Mutant(
        "the rows without consent are shown too", "SELECT MIN({granted})", "SELECT 1", _MY_CONSENT, MARIADB
    ),
    Mutant("NULL counts as the granted value", ', FALSE)"', ', TRUE)"', _MY_CONSENT, MARIADB),
    Mutant(
        "consent is compared as the collation does",
        "COALESCE({_bytes(column)} IN",
        "COALESCE({column} IN",
        _MY_CONSENT,
        MARIADB,
    ),
    Mutant(
        "a plain grant covers the table",
        "({', '.join(map(identifier, columns))})\" if columns else privilege",
        '" if columns else privilege',
        _MY_SCRIPT,
        MARIADB,
    ),
    Mutant(
        "privileges are granted to PUBLIC",
        "ON TABLE {what} {preposition} {role};",
        "ON TABLE {what} {preposition} PUBLIC;",
        _MY_SCRIPT,
        MARIADB,
    ),
    Mutant(
        "privileges on columns are taken to hide the others",
        "hides_columns=False",
        "hides_columns=True",
        _MY_ENGINE,
        MARIADB,
    ),
    Mutant(
        "what is not readable is updated all the same",
        "if names and (action is not Action.UPDATE or opened.engine.hides_columns):",
        "if names:",
        _MY_RELATIONAL,
        MARIADB,
    ),
    Mutant(
        "rows are deleted though a column is closed",
        "return len(opened.of(Action.DELETE)) == len(opened.access.table.columns)",
        "return bool(opened.of(Action.DELETE))",
        _MY_RELATIONAL,
        MARIADB,
    ),
    Mutant(
        "writing through a view of some rows is promised",
        "writes_rows=False",
        "writes_rows=True",
        _MY_ENGINE,
        MARIADB,
    ),
    Mutant("partial shows short values", "< {2 * n} THEN", "< {n} THEN", _MY_MASKS, MARIADB),
    Mutant(
        "partial counts bytes",
        "RIGHT({text}, {n}))",
        "RIGHT(CAST({text} AS BINARY), {n}))",
        _MY_MASKS,
        MARIADB,
    ),
    Mutant(
        "hashes have no key",
        "SHA2(CONCAT(k.outer_pad, {inner}), 256)",
        "SHA2({inner}, 256)",
        _MY_MASKS,
        MARIADB,
    ),
    Mutant(
        "buckets round up",
        "- ((({number} % {n}) + {n}) % {n})",
        "+ {n} - ((({number} % {n}) + {n}) % {n})",
        _MY_MASKS,
        MARIADB,
    ),
    Mutant("an address with a second @ shows its end", r"\A[^@]+@", r"\A.+@", _MY_MASKS, MARIADB),
    Mutant("months show the day", "LPAD(MONTH({day}), 2", "LPAD(DAYOFMONTH({day}), 2", _MY_MASKS, MARIADB),
    # Snowflake
    Mutant(
        "secondary roles see the rows too",
        "[_acting(name), *(condition(rows) for rows in view.rows)]",
        '["TRUE", *(condition(rows) for rows in view.rows)]',
        _SF_SCRIPT,
        SNOWFLAKE,
    ),
    Mutant(
        "Snowflake's views show all rows",
        "*(condition(rows) for rows in view.rows)]",
        "*(condition(rows) for rows in ())]",
        _SF_SCRIPT,
        SNOWFLAKE,
    ),
    Mutant(
        "Snowflake's masks are left out", "if mask else plain", "if False else plain", _SF_SCRIPT, SNOWFLAKE
    ),
    Mutant(
        "every role may read every view",
        "GRANT SELECT ON VIEW {qualified(name, view_name(each.table))} TO {role};",
        "GRANT SELECT ON VIEW {qualified(name, view_name(each.table))} TO ROLE {identifier(next(iter(named)))};",
        _SF_SCRIPT,
        SNOWFLAKE,
    ),
    Mutant(
        "a pair of pads is taken for the other",
        '(("36", "inner_pad"), ("5C",',
        '(("5C", "inner_pad"), ("36",',
        _SF_SCRIPT,
        SNOWFLAKE,
    ),
    Mutant(
        "one granted record of several is enough",
        "HAVING MIN(IFF",
        "HAVING MAX(IFF",
        _SF_CONSENT,
        SNOWFLAKE,
        test="test_snowflake.py",
    ),
    Mutant("in Snowflake NULL counts as granted", ', FALSE)"', ', TRUE)"', _SF_CONSENT, SNOWFLAKE),
    Mutant(
        "in Snowflake the next table is joined by its own key",
        "= h{at - 1}.{identifier(hop.column)}",
        "= h{at - 1}.{identifier(hop.key)}",
        _SF_CONSENT,
        SNOWFLAKE,
    ),
    Mutant("Snowflake's partial shows short values", "< {2 * n} THEN", "< {n} THEN", _SF_MASKS, SNOWFLAKE),
    Mutant(
        "Snowflake's prefix is the end",
        "LEFT({plain_text(value)}",
        "RIGHT({plain_text(value)}",
        _SF_MASKS,
        SNOWFLAKE,
    ),
    Mutant(
        "Snowflake's hashes have no key",
        "SHA2_HEX(CONCAT(k.outer_pad, {inner}), 256)",
        "SHA2_HEX({inner}, 256)",
        _SF_MASKS,
        SNOWFLAKE,
    ),
    Mutant("Snowflake's addresses need no whole match", "^[^@]+@", "^.+@", _SF_MASKS, SNOWFLAKE),
    Mutant(
        "Snowflake's months show the day",
        "{_digits('MONTH', day, 2)}",
        "{_digits('DAY', day, 2)}",
        _SF_MASKS,
        SNOWFLAKE,
    ),
    Mutant(
        "Snowflake's buckets round towards zero", "FLOOR({value})", "TRUNC({value})", _SF_MASKS, SNOWFLAKE
    ),
)
