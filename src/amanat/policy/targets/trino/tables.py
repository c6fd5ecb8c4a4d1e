"""The data that the Rego of the Trino target looks up."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from amanat.model.catalog import Catalog
from amanat.model.values import Pair
from amanat.policy.loss import Loss, Status, SystemLoss
from amanat.policy.plan import Plan, SystemPlan, Table
from amanat.policy.targets.granting import principal
from amanat.policy.targets.trino.access import Given, Wear, clashing, realise
from amanat.policy.targets.trino.masks import KEY_COLUMN, KEY_SCHEMA, KEY_TABLE, READER, forms
from amanat.policy.targets.trino.quoting import folded
from amanat.policy.targets.trino.rows import condition, reads

_CLASH = "Trino writes names in lower case, and another table has this one"

Place = tuple[str, str, str]


class Gathered:
    """Everything that is given in all systems, in the making: by principal, and what filters may read."""

    def __init__(self) -> None:
        self.access: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
        self.tables: list[dict[str, object]] = []
        self.reads: dict[str, dict[str, dict[str, set[str]]]] = {}
        self._numbers: dict[str, int] = {}

    def add(self, pair: Pair, catalog: str, given: Given) -> None:
        """Enter what a pair gets on a table; columns of all pairs that get the same are told once."""
        data = self._as_data(catalog, given)
        number = self._numbers.setdefault(repr(data), len(self.tables))
        if number == len(self.tables):
            self.tables.append(data)
        schema, table = folded(given.table.schema), folded(given.table.name)
        of_pair = self.access.setdefault(principal(pair), {}).setdefault(catalog, {})
        of_pair.setdefault(schema, {})[table] = number

    def _as_data(self, catalog: str, given: Given) -> dict[str, object]:
        columns = given.table.columns
        read = {
            folded(columns[at].name): self._mask(catalog, given, at, worn) for at, worn in given.read.items()
        }
        for rows in given.rows:
            for schema, table, column in reads(rows, given.table.schema, given.table.name):
                self._may_read(catalog, schema, table, column)
        return {
            "read": read,
            "update": [folded(columns[at].name) for at in given.update],
            "insert": given.insert,
            "delete": given.delete,
            "filters": [condition(rows, catalog) for rows in given.rows],
        }

    def _mask(self, catalog: str, given: Given, at: int, worn: Wear) -> object:
        """The forms of a mask by family of types; {} shows NULL, None the column as it is."""
        if worn.mask is None:
            return None
        column = given.table.columns[at].name
        made = forms(worn.mask, catalog, column)
        if any(KEY_TABLE in form.expression for form in made.values()):
            self._may_read(catalog, KEY_SCHEMA, KEY_TABLE, KEY_COLUMN)
            self._may_read(catalog, given.table.schema, given.table.name, column)
            return {family: {**form._asdict(), "identity": READER} for family, form in sorted(made.items())}
        return {family: form._asdict() for family, form in sorted(made.items())}

    def _may_read(self, catalog: str, schema: str, table: str, column: str) -> None:
        of_table = self.reads.setdefault(catalog, {}).setdefault(folded(schema), {})
        of_table.setdefault(folded(table), set()).add(folded(column))


def tables(
    catalog: Catalog, plan: Plan, systems: Iterable[SystemPlan]
) -> tuple[dict[str, object], list[SystemLoss]]:
    """`data.trino`, and the losses by system."""
    gathered, losses = Gathered(), []
    for each in systems:
        lost: list[Loss] = []
        clashes = set(clashing(each.tables))
        whole = _whole(catalog, each)
        for of_pair in each.pairs:
            for access in of_pair.tables:
                if access.table in clashes:
                    lost += [
                        Loss(of_pair.pair, action, access.table.columns[at].source, *_CLASHING)
                        for action, found in access.outcomes.items()
                        for at in found
                    ]
                    continue
                given, cells = realise(each.system.id, of_pair.pair, access, whole(access.table))
                lost += cells
                if given is not None and (given.read or given.update or given.insert or given.delete):
                    gathered.add(of_pair.pair, each.system.id, given)
        losses.append(SystemLoss(each.system.id, tuple(sorted(lost, key=_order)), each.vanished))
    return {
        "made_from": f"sha256:{plan.digest}",
        "as_of": plan.as_of or None,
        "reader": READER,
        "principals": dict.fromkeys(sorted(gathered.access), True),
        "access": dict(sorted(gathered.access.items())),
        "tables": gathered.tables,
        "filter_reads": {
            of_catalog: {
                schema: {table: sorted(columns) for table, columns in sorted(found.items())}
                for schema, found in sorted(schemas.items())
            }
            for of_catalog, schemas in sorted(gathered.reads.items())
        },
    }, losses


_CLASHING = (Status.NOT_EXPRESSIBLE, "name", _CLASH)


def _whole(catalog: Catalog, plan: SystemPlan) -> Callable[[Table], bool]:
    """Whether a table is known to have no other columns than the declared ones."""
    snapshot = catalog.snapshots.get(plan.system.id)
    seen: dict[str, int] = {}
    for path in snapshot.columns if snapshot else ():
        table = path.rpartition(".")[0]
        seen[table] = seen.get(table, 0) + 1

    def whole(table: Table) -> bool:
        name = f"{table.schema}.{table.name}" if table.schema else table.name
        return seen.get(name) == len(table.columns)

    return whole


def _order(cell: Loss) -> tuple[str, ...]:
    return (cell.pair.role, cell.pair.purpose, cell.action, cell.source)
