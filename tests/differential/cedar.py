"""Cedar files in Cedar's own engine, every cell beside the reference decision."""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import unquote

import cedarpy

from amanat.model.catalog import Catalog
from amanat.model.values import Action, Pair, PurposeId, RoleId, SourceId
from amanat.policy.columns import decide_column, strictest
from amanat.policy.decide import decide
from amanat.policy.loss import Generated, Status
from amanat.policy.matrix import Matrix, matrix
from amanat.policy.plan import in_use
from amanat.policy.request import Effect, Outcome

FOLDER = "policy/cedar/"
NOBODY = "nobody"
"""No role, purpose or resource has this id."""

Uid = tuple[str, str]
"""Type (without the namespace) and id."""


def uid(entity: Uid) -> dict[str, str]:
    """An entity as Cedar takes it from JSON."""
    return {"type": f"Amanat::{entity[0]}", "id": entity[1]}


class Ask(NamedTuple):
    """One request."""

    role: str
    purpose: str
    action: str
    resource: Uid
    consented: Sequence[str] = ()

    def request(self) -> dict[str, Any]:
        """The request as a caller makes it."""
        return {
            "principal": uid(("Role", self.role)),
            "action": uid(("Action", self.action)),
            "resource": uid(self.resource),
            "context": {
                "purpose": {"__entity": uid(("Purpose", self.purpose))},
                "consented": [{"__entity": uid(("Purpose", each))} for each in self.consented],
            },
        }


class Engine:
    """The files, read by Cedar. Raises `ValueError` where it cannot read them, or the entities do not conform
    to the schema."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.policies_text = files[f"{FOLDER}policies.cedar"]
        self.schema_text = files[f"{FOLDER}schema.cedarschema"]
        self.raw: list[dict[str, Any]] = json.loads(files[f"{FOLDER}entities.json"])
        self.schema = cedarpy.Schema.from_str(self.schema_text)
        self.policies = cedarpy.PolicySet.from_str(self.policies_text)
        self.entities = cedarpy.Entities.from_json_str(json.dumps(self.raw), self.schema)

    def check(self) -> None:
        """Fail for policies that do not validate in strict mode, or that Cedar's formatter would change."""
        checked = cedarpy.validate_policies(self.policies_text, self.schema_text)
        assert checked.validation_passed and not checked.errors, checked.errors
        if self.static:  # the formatter drops a comment that stands alone
            assert cedarpy.format_policies(self.policies_text) == self.policies_text

    @cached_property
    def parents(self) -> dict[Uid, tuple[Uid, ...]]:
        """What each entity is a member of."""
        return {_bare(each["uid"]): tuple(map(_bare, each["parents"])) for each in self.raw}

    @cached_property
    def static(self) -> dict[str, Any]:
        """The policies as data."""
        data: dict[str, Any] = json.loads(cedarpy.policies_to_json_str(self.policies_text))
        return data["staticPolicies"]  # type: ignore[no-any-return]

    @cached_property
    def masked(self) -> dict[Action, list[str]]:
        """The masked actions that the schema declares, by what they do in clear."""
        names = re.findall(r'action "([^"]+ as [^"]+)" appliesTo', self.schema_text)
        return {
            action: [each for each in names if each.startswith(f"{action.value} as ")] for action in Action
        }

    def allows(self, asks: Sequence[Ask]) -> list[bool]:
        """The answers. A request that Cedar refuses to judge is denied; anything else that fails is not
        expected of these files."""
        results = cedarpy.is_authorized_batch(
            [ask.request() for ask in asks], self.policies, self.entities, self.schema
        )
        for ask, result in zip(asks, results, strict=True):
            errors = [each for each in result.diagnostics.errors if "in the supplied schema" not in each]
            assert not errors, (ask, errors)
        return [result.allowed for result in results]


def _bare(found: Mapping[str, str]) -> Uid:
    namespace, _, name = found["type"].rpartition("::")
    assert namespace == "Amanat", found
    return name, found["id"]


@dataclass
class Tally:
    """How many cells the reference decided how, and how many answers of Cedar they were compared with."""

    allow: int = 0
    mask: int = 0
    deny: int = 0
    consent: int = 0
    lost: int = 0
    asked: int = 0


@dataclass(eq=False)
class Setting:
    """A catalog, its files, and what the reference says."""

    catalog: Catalog
    as_of: date | None
    made: Generated
    tally: Tally = field(default_factory=Tally)

    @cached_property
    def engine(self) -> Engine:
        return Engine(self.made.files)

    @cached_property
    def holding(self) -> dict[str, tuple[str, ...]]:
        """The columns to decide on, each with the fields that it holds."""
        found: dict[str, list[str]] = {}
        for each in self.catalog.fields.values():
            for source in each.sources.values():
                system = self.catalog.systems.get(source.parts.system)
                snapshot = self.catalog.snapshots.get(source.parts.system)
                seen = snapshot is None or source.parts.path in snapshot.columns
                if system is not None and in_use(system) and seen:
                    found.setdefault(source.id, []).append(each.id)
        return {source: tuple(fields) for source, fields in found.items()}

    @cached_property
    def resources(self) -> list[Uid]:
        """Everything that can be asked about."""
        return [
            *(("Field", name) for name in self.catalog.fields),
            *(("Column", name) for name in self.holding),
        ]

    def decide(self, role: str, purpose: str, action: Action) -> dict[Uid, Outcome]:
        """What the reference says of every resource. Columns that hold the same fields are decided once."""
        fields: dict[str, Outcome] = {
            name: decide(self.catalog, role, purpose, action, name, self.as_of).outcome
            for name in self.catalog.fields
        }
        columns: dict[tuple[str, ...], Outcome] = {(name,): outcome for name, outcome in fields.items()}
        for source, holding in self.holding.items():
            if holding not in columns:
                decision = decide_column(self.catalog, role, purpose, action, source, self.as_of)
                columns[holding] = decision.outcome
        return self._by_resource(fields, columns)

    def _by_resource(
        self, fields: Mapping[str, Outcome], columns: Mapping[tuple[str, ...], Outcome]
    ) -> dict[Uid, Outcome]:
        found = {("Field", name): outcome for name, outcome in fields.items()}
        return found | {("Column", source): columns[holding] for source, holding in self.holding.items()}

    def acts(self, role: str, purpose: str) -> bool:
        """Whether the purpose names the role."""
        return role in self.catalog.purposes[PurposeId(purpose)].roles

    def thorough(self, role: str, purpose: str, allowed: str | None) -> bool:
        """Whether to ask for every mask. Else one is asked for, another for each resource: where nothing at all
        is granted the plain action is what counts."""
        return self.acts(role, purpose)

    def groups(self, role: str, purpose: str) -> list[list[Uid]]:
        """Resources that are asked about together: the first stands for all. Here each stands for itself."""
        return [[resource] for resource in self.resources]


class Bulk(Setting):
    """A large catalog: what the reference says is taken from the matrix, which other tests compare with
    `decide`. Resources that Cedar cannot tell apart, being of one kind and named by no policy, are asked about
    once, and for a pair that no purpose names a few of them are."""

    @cached_property
    def table(self) -> Matrix:
        return matrix(self.catalog, self.as_of)

    def decide(self, role: str, purpose: str, action: Action) -> dict[Uid, Outcome]:
        row = self.table.row(RoleId(role), PurposeId(purpose), action)
        fields: dict[str, Outcome] = dict(zip(self.table.fields, row, strict=True))
        columns = {h: strictest([fields[name] for name in h]) for h in set(self.holding.values())}
        return self._by_resource(fields, columns)

    @cached_property
    def _kinds(self) -> list[list[Uid]]:
        assert not re.search(r"Amanat::(Field|Column)::", re.sub("(?m)^//.*$", "", self.engine.policies_text))
        found: dict[object, list[Uid]] = {}
        for resource in self.resources:
            found.setdefault((resource[0], self.engine.parents.get(resource)), []).append(resource)
        return list(found.values())

    def thorough(self, role: str, purpose: str, allowed: str | None) -> bool:
        return allowed is not None

    def groups(self, role: str, purpose: str) -> list[list[Uid]]:
        if self.acts(role, purpose):
            return self._kinds
        start = zlib.crc32(f"{role} {purpose}".encode()) % len(self._kinds)
        return (self._kinds * 2)[start : start + 3]


def compare(setting: Setting, roles: Iterable[str] | None = None) -> Tally:
    """Compare every cell: effect, mask, and with which consents. Raises `AssertionError` at a difference."""
    setting.engine.check()
    _policies_only_permit(setting.engine)
    _entities_are_what_is_declared(setting)
    compare_cells(setting, roles)
    _unknown_things_are_denied(setting)
    _losses_tell_every_cell(setting)
    return setting.tally


def compare_cells(setting: Setting, roles: Iterable[str] | None = None) -> None:
    """Compare what Cedar answers, whatever the files look like."""
    for role in roles or setting.catalog.roles:
        for purpose in setting.catalog.purposes:
            for action in Action:
                _compare_cells(setting, role, purpose, action)


def _compare_cells(setting: Setting, role: str, purpose: str, action: Action) -> None:
    names = [action.value, *setting.engine.masked[action]]
    outcomes = setting.decide(role, purpose, action)
    # A handful of outcomes stand for thousands of resources.
    kinds = {id(each): each for each in outcomes.values()}
    distinct = {at: _told(action, each) for at, each in kinds.items()}
    told = {resource: distinct[id(each)] for resource, each in outcomes.items()}
    for at, times in Counter(map(id, outcomes.values())).items():
        _count(setting.tally, distinct[at], times)
    asks: list[Ask] = []
    expected: list[bool] = []
    for turn, (first, *others) in enumerate(setting.groups(role, purpose)):
        name, needed = told[first]
        assert all(told[other] == told[first] for other in others), (role, purpose, action, first, others)
        assert name in (None, *names), (name, names)
        asked = names if setting.thorough(role, purpose, name) else {names[0], names[turn % len(names)]}
        for consented in _consents(setting.catalog.purposes, purpose, needed):
            asks += [Ask(role, purpose, each, first, consented) for each in asked]
            expected += [needed <= set(consented) and each == name for each in asked]
    setting.tally.asked += len(asks)
    for ask, got, wanted in zip(asks, setting.engine.allows(asks), expected, strict=True):
        assert got == wanted, (ask, got)


Told = tuple[str | None, frozenset[str]]
"""The action that Cedar is to allow, or None, and the purposes to which the subject has to have consented."""


def _told(action: Action, outcome: Outcome) -> Told:
    if outcome.effect is Effect.DENY or not all(condition.known for condition in outcome.conditions):
        return None, frozenset()
    # Written out here, and not taken from the target.
    name = f"{action.value} as {outcome.mask}" if outcome.effect is Effect.MASK else action.value
    return name, frozenset(condition.purpose for condition in outcome.conditions)


def _consents(purposes: Iterable[str], purpose: str, needed: frozenset[str]) -> Iterator[Sequence[str]]:
    """Consents to ask with: to the purpose; where some are needed, also to just those, to all others, to none."""
    yield [purpose]
    if needed:
        yield from (sorted(needed), [each for each in purposes if each not in needed], ())


def _count(tally: Tally, cell: Told, times: int) -> None:
    name, needed = cell
    tally.deny += times * (name is None)
    tally.mask += times * (name is not None and " as " in name)
    tally.allow += times * (name is not None and " as " not in name)
    tally.consent += times * bool(needed)


def _policies_only_permit(engine: Engine) -> None:
    names = [each["annotations"]["id"] for each in engine.static.values()]
    assert len(set(names)) == len(names)
    for each in engine.static.values():
        assert each["effect"] == "permit", each
        assert each["principal"]["op"] == each["action"]["op"] == "==", each
        assert {condition["kind"] for condition in each["conditions"]} == {"when"}, each


def _entities_are_what_is_declared(setting: Setting) -> None:
    known = {each for each in setting.engine.parents if each[0] not in ("Kind", "Catalog")}
    roles = {("Role", str(name)) for name in setting.catalog.roles}
    purposes = {("Purpose", str(name)) for name in setting.catalog.purposes}
    assert known == {*setting.resources, *roles, *purposes}
    assert all(not setting.engine.parents[each] for each in roles | purposes)


def _unknown_things_are_denied(setting: Setting) -> None:
    """A part of what the policies allow replaced by one that nobody declares."""
    resource = setting.resources[0]
    asks: list[Ask] = []
    for each in setting.engine.static.values():
        role, action = each["principal"]["entity"]["id"], each["action"]["entity"]["id"]
        purpose = unquote(each["annotations"]["id"].split("/")[1])
        asks += [
            Ask(NOBODY, purpose, action, resource, [purpose]),
            Ask(role, NOBODY, action, resource, [purpose, NOBODY]),
            Ask(role, purpose, NOBODY, resource, [purpose]),
            Ask(role, purpose, action, ("Field", NOBODY), [purpose]),
            Ask(role, purpose, action, ("Column", NOBODY), [purpose]),
        ]
    assert not any(setting.engine.allows(asks))


def _losses_tell_every_cell(setting: Setting) -> None:
    """What the loss report says of each column: exact, or closed because nobody can know the consent."""
    found = {
        (each.pair, each.action, each.source): each for loss in setting.made.losses for each in loss.cells
    }
    for role in setting.catalog.roles:
        for name, purpose in setting.catalog.purposes.items():
            for action in purpose.roles.get(role, ()):
                for (kind, source), outcome in setting.decide(role, name, action).items():
                    loss = found.pop((Pair(role, name), action, SourceId(source)), None)
                    if kind == "Field" or outcome.effect is Effect.DENY:
                        assert loss is None, loss
                        continue
                    known = all(condition.known for condition in outcome.conditions)
                    assert loss is not None, (role, name, action, source)
                    assert loss.status is (Status.EXACT if known else Status.ROWS_UNSUPPORTED), loss
                    setting.tally.lost += not known
    assert not found, list(found)[:3]
