"""What a breach exposes: each answer is known beforehand, and what nobody knows is said to be unknown."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from amanat.breach import Impact, find_target, impact_of
from amanat.breach.counting import people_query, rows_query
from amanat.breach.draft import draft, questions
from amanat.breach.words import words_for
from amanat.errors import UsageError
from amanat.load import Loaded
from amanat.model.resources import System
from amanat.model.values import SourceParts, SystemId
from tests.unit.breach.world import REST, ROOT, known, world


def of(target: str, loaded: Loaded | None = None, aware: datetime | None = None) -> Impact:
    loaded = loaded or world()
    return impact_of(known(loaded), find_target(loaded.catalog, target), aware)


def test_a_system_exposes_what_has_a_source_in_it_and_is_in_use() -> None:
    found = of("system:shop")
    assert [one.field.id for one in found.exposed] == [
        "customer.email",
        "customer.name",
        "customer.phone",
        "pupil.allergy",
    ]
    assert [field.id for field in found.left_out] == ["customer.old"]
    assert [one.id for one in found.subjects] == ["customer", "pupil"]
    assert [field.id for field in found.special] == ["pupil.allergy"]
    assert [(one.id if one else None, n) for one, n in found.classes] == [
        ("secret", 1),
        ("internal", 3),
        ("public", 0),
        (None, 0),
    ]
    (struck,) = found.struck
    assert [(table.name, table.columns) for table in struck.tables] == [
        ("health", ("allergy",)),
        ("users", ("email", "name", "phone")),
    ]
    assert [(lack.control, lack.classes) for lack in struck.lacks] == [("encryption_at_rest", ("secret",))]
    assert struck.undeclared is None


def test_a_field_is_exposed_with_all_of_its_systems() -> None:
    found = of("customer.email")
    assert [one.system.id for one in found.struck] == ["desk", "shop"]
    assert [(one.system.id, one.derived) for one in found.downstream] == [
        ("lake", ("customer.score", "customer.segment"))
    ]
    assert found.calls[0].why.value == "admin"


def test_a_recipient_exposes_what_it_runs_and_what_its_purposes_send_it() -> None:
    host = of("host")
    assert [one.field.id for one in host.exposed] == [
        "customer.email",
        "customer.name",
        "customer.phone",
        "pupil.allergy",
    ]
    mailer = of("mailer")
    # A field that allows `orders` may be used for `orders.mail`, which names the mailer.
    assert [one.field.id for one in mailer.exposed] == [
        "customer.email",
        "customer.name",
        "customer.phone",
        "customer.score",
        "customer.segment",
    ]
    assert all(not one.sources for one in mailer.exposed) and mailer.struck == ()
    assert [one.id for one in mailer.transfers] == ["mail"]
    assert (mailer.calls[0].why.value, mailer.calls[0].contact) == ("breached", "soc@mailer.example")
    assert of("idle").exposed == ()


def test_copies_golden_values_and_derived_fields_are_downstream() -> None:
    found = {str(one.system.id): one for one in of("system:shop").downstream}
    assert found["desk"].fed == ("customer.email",)
    assert found["desk"].feeding == ("customer.name",)
    assert found["desk"].beside == ("customer.phone",)
    assert found["lake"].derived == ("customer.score", "customer.segment")


def test_a_circle_of_derived_fields_is_walked_once() -> None:
    text = REST.replace("derived_from: [customer.email]", "derived_from: [customer.email, customer.score]")
    (lake,) = (one for one in of("system:shop", world(rest=text)).downstream if one.system.id == "lake")
    assert lake.derived == ("customer.score", "customer.segment")


def test_readers_are_those_whom_the_policy_lets_read() -> None:
    found = {str(one.role.id): one for one in of("system:shop").readers}
    assert (found["agent"].clear, found["agent"].masked, found["agent"].role.people) == (3, 0, 7)
    assert found["nurse"].clear == 3 and found["nurse"].role.people is None
    assert found["nurse"].purposes == ("health", "orders")


def test_everybody_is_called_once_and_those_first_who_can_stop_it() -> None:
    called = of("system:shop").calls
    assert [(one.why.value, one.contact) for one in called] == [
        ("admin", "ops@shop.example"),
        ("owner", "crm@shop.example"),
        ("runs", "soc@host.example"),
        ("dpo", "dpo@shop.example"),
        ("controller", "privacy@shop.example"),
        ("fields", "care@shop.example"),
        ("downstream", "lab@shop.example"),
        ("sent", "soc@mailer.example"),
    ]


def test_clocks_of_the_union_run_and_the_moment_is_computed() -> None:
    aware = datetime.fromisoformat("2026-11-27T09:30+01:00")
    union, iran = of("system:shop", aware=aware).regimes
    first = union.clocks[0]
    assert (first.key, first.hours, first.source) == ("authority", 72, "GDPR Art. 33(1)")
    assert first.due == datetime.fromisoformat("2026-11-30T09:30+01:00")
    assert all(clock.due is None for clock in union.clocks[1:])
    assert (iran.jurisdiction, iran.known, iran.clocks) == ("IR", True, ())


@pytest.mark.parametrize(
    ("jurisdictions", "country", "expected"),
    [
        ("[DE, FR]", "DE", [("EU", "part", True)]),
        ("[US-CA]", "DE", [("EU", "controller", True), ("US-CA", "declared", False)]),
        ("[EU]", "CH", [("EU", "declared", True), ("CH", "controller", False)]),
        ("[US-CA]", "US", [("US-CA", "declared", False)]),
    ],
)
def test_an_ambiguous_jurisdiction_is_said(
    jurisdictions: str, country: str, expected: list[tuple[str, str, bool]]
) -> None:
    root = ROOT.replace("[EU, IR]", jurisdictions).replace("country: DE", f"country: {country}")
    found = of("system:shop", world(root)).regimes
    assert [(one.jurisdiction, one.because, one.known) for one in found] == expected


def test_a_system_without_fields_still_says_whom_to_call() -> None:
    found = of("empty")
    assert found.exposed == ()
    assert [one.contact for one in found.calls] == [
        "lab@shop.example",
        "dpo@shop.example",
        "privacy@shop.example",
    ]
    assert found.regimes[0].clocks


@pytest.mark.parametrize(
    ("asked", "message", "hint"),
    [
        ("shop", "more than one", "system:shop"),
        ("shpo", "no system, field or recipient `shpo`", "`shop`"),
        ("field:customer.emial", "no field `customer.emial`", "customer.email"),
        ("team:crm", "nothing that can be breached", "system"),
        ("zzzzzz", "no system, field or recipient", "amanat list systems"),
    ],
)
def test_an_id_that_is_none_or_several_is_refused_with_the_way_out(
    asked: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        find_target(world().catalog, asked)
    assert message in caught.value.message and caught.value.hint and hint in caught.value.hint


MEASURES = """\
field,column,check,against,as_of,rows,counted,met,newest,expected,outcome,why
customer.email,users.email,complete,,2026-05-01,4000,4000,3990,,99%,pass,
customer.email,users.email,complete,,2026-06-30,4821,4821,4700,,99%,fail,
customer.email,users.email,overlap,desk.people.mail,2026-07-01,99,99,7,,,told,
customer.name,users.name,complete,,2026-07-02,,,,,99%,unmeasured,no table
"""


def test_counts_are_told_where_measured_and_nowhere_else() -> None:
    loaded = world(shop=MEASURES)
    found = impact_of(known(loaded), find_target(loaded.catalog, "system:shop"))
    tables = {table.name: table for one in found.struck for table in one.tables}
    count = tables["users"].measured
    assert count and (count.rows, count.on) == (4821, "2026-06-30")
    assert (count.place.file, count.place.path[0]) == ("observed/shop.measures.csv", 3)
    assert tables["health"].measured is None
    asked = {question.asks for _, question in questions(draft(found, words_for("en")))}
    assert any("1 table that nobody measured" in one for one in asked)


def test_the_draft_has_every_element_and_asks_for_what_the_catalog_lacks() -> None:
    elements = {one.key: one for one in draft(of("system:shop"), words_for("en"))}
    assert [one.article for one in elements.values()] == [
        "GDPR Art. 33(1)",
        "GDPR Art. 33(3)(a)",
        "GDPR Art. 33(3)(a)",
        "GDPR Art. 33(3)(a)",
        "GDPR Art. 33(3)(b)",
        "GDPR Art. 33(3)(c)",
        "GDPR Art. 33(3)(d)",
        "GDPR Art. 34(1)-(3)",
        "GDPR Art. 55, 56",
    ]
    bare = ROOT.replace("  dpo: {name: Data protection office, contact: dpo@shop.example}\n", "")
    without = {one.key: one for one in draft(of("system:shop", world(bare)), words_for("en"))}
    assert not elements["contact"].open
    assert [question.key for question in without["contact"].open] == ["catalog.dpo"]


def test_queries_count_what_they_say() -> None:
    parts = SourceParts(SystemId("s"), "", 'a "b"; --', "x")
    query = rows_query(parts, "duckdb")
    loaded = world()
    shop: System = loaded.catalog.systems[SystemId("shop")]
    people = people_query(shop)
    assert query and people
    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE "a ""b""; --" (x INT)')
        connection.execute('INSERT INTO "a ""b""; --" VALUES (1), (2)')
        connection.execute("CREATE TABLE users (id INT)")
        connection.execute("INSERT INTO users VALUES (1), (1), (2)")
        assert connection.execute(query).fetchall() == [(2,)]
        assert connection.execute(people).fetchall() == [(2,)]
    assert rows_query(parts, "oracle") is None
    assert people_query(loaded.catalog.systems[SystemId("desk")]) is None


def test_the_table_of_clocks_names_its_law() -> None:
    import json

    import amanat.breach

    path = Path(amanat.breach.__file__).parent / "clocks.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    for rows in table["jurisdictions"].values():
        for row in rows:
            assert row.keys() == {"key", "hours", "source"} and row["source"]
