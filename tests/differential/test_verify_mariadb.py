"""`policy verify` on a real MariaDB: what it finds, what it plans, and that it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence

import jsonschema
import pytest

from amanat.connect.mariadb import Session, connected
from amanat.errors import EnvironmentFault, UsageError
from amanat.policy.verify.document import report_as_json
from amanat.policy.verify.finding import Finding, Kind
from amanat.policy.verify.mariadb import text
from amanat.policy.verify.show import plan_as_text, report_as_text
from amanat.schema import load_schema
from tests.differential.mariadb import Database, ScriptError
from tests.differential.shop import KEY
from tests.differential.test_mariadb import prepare, script, undo
from tests.differential.verifying import told, wrong
from tests.differential.verifying_mariadb import dump, look, url_of

NEWS = "`shop__marketer__news`"


@pytest.fixture
def policed(maria: Database) -> Database:
    """A database in which the policy is applied."""
    prepare(maria).run(script(), key=KEY)
    return maria


def do(database: Database, *statements: str) -> None:
    for each in statements:
        database.root.ask(each.format(db=database.name))


def mend(database: Database) -> None:
    """Apply the plan, see that it converges, and that its inverse leads back; then apply it again."""
    before = dump(database)
    change = look(database).change
    assert change is not None
    assert dump(database) == before
    database.run(change.apply)
    assert look(database).change is None
    after = dump(database)
    database.run(change.undo)
    assert dump(database) == before
    database.run(change.apply)
    assert dump(database) == after


def test_a_policy_just_applied_is_as_declared(policed: Database) -> None:
    before = dump(policed)
    report = look(policed)
    assert wrong(report) == [] and report.change is None and report.clean
    assert report.cells > 100 and report.principals == 8
    assert dump(policed) == before


def test_a_database_without_a_policy_gets_the_whole_of_it(policed: Database) -> None:
    applied = dump(policed)
    policed.run(undo())
    report = look(policed)
    assert [each.message for each in told(report, Kind.POLICY_VERSION)] == ["no policy is applied here"]
    before = dump(policed)
    assert report.change is not None
    policed.run(report.change.apply)
    assert dump(policed) == applied
    assert look(policed).change is None
    policed.run(report.change.undo)
    assert dump(policed) == before


def test_a_grant_is_told_with_grantee_grantor_columns_and_way_out(policed: Database) -> None:
    do(
        policed,
        "CREATE USER deputy, nosy",
        "GRANT SELECT ON {db}.orders TO deputy WITH GRANT OPTION",
        "GRANT INSERT ON {db}.orders TO deputy",
    )
    with policed.server.connect("deputy") as connection, connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT (id, total) ON {policed.name}.orders TO nosy")
    found = told(look(policed), Kind.UNDECLARED_GRANT)
    (nosy,) = [each for each in found if each.grantee == "'nosy'@'%'"]
    assert (nosy.grantor, nosy.privilege, nosy.columns) == ("deputy@localhost", "SELECT", ("id", "total"))
    assert (
        nosy.way_out == f"REVOKE SELECT (`id`, `total`) ON TABLE `{policed.name}`.`orders` FROM `nosy`@`%`;"
    )
    assert {each.privilege for each in found if each is not nosy} == {"SELECT", "INSERT", "GRANT OPTION"}
    do(policed, *(each.way_out.rstrip(";") for each in found))
    assert wrong(look(policed)) == []


def test_a_grant_on_a_whole_view_is_taken_and_the_declared_columns_stay(policed: Database) -> None:
    do(policed, "GRANT SELECT, UPDATE ON shop__agent__service.customers TO agent__service")
    change = look(policed).change
    assert change is not None
    assert change.apply.index("REVOKE SELECT ON TABLE") < change.apply.index("GRANT SELECT (`balance`")
    mend(policed)


def test_the_plan_touches_only_what_differs(policed: Database) -> None:
    do(policed, "CREATE USER nosy", "GRANT UPDATE ON {db}.visits TO nosy")
    change = look(policed).change
    assert change is not None
    verbs = ("GRANT", "REVOKE", "CREATE", "DROP", "ALTER")
    said = [line for line in change.apply.splitlines() if line.startswith(verbs)]
    assert said == [f"REVOKE UPDATE ON TABLE `{policed.name}`.`visits` FROM `nosy`@`%`;"]


def test_what_others_hold_outside_the_policy_stays(policed: Database) -> None:
    do(
        policed,
        "CREATE USER app",
        "CREATE TABLE {db}.other (a int)",
        "GRANT ALL ON {db}.other TO app",
        "GRANT SELECT ON {db}.other TO PUBLIC",
    )
    assert wrong(look(policed)) == []


@pytest.mark.parametrize("name", ["app", "app@%"])
def test_an_excepted_account_is_told_and_left_alone(policed: Database, name: str) -> None:
    do(
        policed,
        "CREATE USER app, nosy",
        "GRANT ALL ON {db}.* TO app",
        "GRANT ALL ON {db}.customers TO app",
        "GRANT SELECT ON {db}.customers TO nosy",
    )
    report = look(policed, excepted=[name])
    assert {each.grantee for each in told(report, Kind.UNDECLARED_GRANT)} == {"'nosy'@'%'"}
    assert any(each.grantee == "'app'@'%'" and "excepted" in each.message for each in report.findings)
    assert report.change is not None
    policed.run(report.change.apply)
    assert look(policed, excepted=[name]).clean
    with policed.server.connect("app") as connection, connection.cursor() as cursor:
        assert cursor.execute(f"SELECT secret FROM {policed.name}.customers") == 6


CHANGES: Sequence[tuple[str, str, str]] = (
    ("shop__marketer__news`.`customers", "_binary'true'", "_binary'false'"),
    ("shop__marketer__news`.`customers", "_binary'true'", "_binary'\\xE2'"),
    ("shop__marketer__news`.`customers", "_binary'true'", "'true'"),
    ("shop__marketer__news`.`customers", "coalesce(", "ifnull("),
    ("shop__marketer__news`.`order_lines", "min(", "max("),
    ("shop__marketer__news`.`order_lines", "`h2`.`id`", "`h1`.`id`"),
    ("shop__marketer__news`.`customers", " limit 18446744073709551615", ""),
    ("shop__analyst__research`.`customers", "left(", "evil.lefty("),
    ("shop__analyst__research`.`customers", ",4)", ",5)"),
    ("shop__analyst__research`.`customers", "`k`.`outer_pad`", "`k`.`inner_pad`"),
)


@pytest.mark.parametrize(("view", "old", "new"), CHANGES)
def test_a_view_that_shows_something_else_is_found(policed: Database, view: str, old: str, new: str) -> None:
    do(
        policed,
        "CREATE DATABASE evil",
        "CREATE FUNCTION evil.lefty(a text, b int) RETURNS text DETERMINISTIC RETURN a",
    )
    ((_, made, *_),) = policed.root.ask(f"SHOW CREATE VIEW `{view}`")
    assert old in str(made), made
    changed = str(made).replace(old, new, 1).replace("CREATE ", "CREATE OR REPLACE ", 1)
    policed.root.ask(changed)
    (found,) = told(look(policed), Kind.CHANGED_VIEW)
    assert "shows something else than declared" in found.message
    mend(policed)


def test_a_view_over_a_table_of_the_same_name_elsewhere_is_found(policed: Database) -> None:
    do(policed, "CREATE DATABASE evil", "CREATE TABLE evil.customers LIKE {db}.customers")
    ((_, made, *_),) = policed.root.ask("SHOW CREATE VIEW shop__agent__service.customers")
    moved = str(made).replace(f"`{policed.name}`.`customers`", "`evil`.`customers`")
    do(policed, moved.replace("CREATE ", "CREATE OR REPLACE ", 1).replace("{", "{{").replace("}", "}}"))
    (found,) = told(look(policed), Kind.CHANGED_VIEW)
    assert "shows something else" in found.message
    mend(policed)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("ALTER SQL SECURITY INVOKER VIEW {view} AS {body}", "with the rights of its invoker"),
        ("ALTER ALGORITHM = MERGE VIEW {view} AS {body}", "worked out as UNDEFINED instead of TEMPTABLE"),
        (
            "ALTER ALGORITHM = TEMPTABLE DEFINER = other VIEW {view} AS {body}",
            "in the name of `other`@`%` instead of",
        ),
    ],
)
def test_a_view_made_otherwise_is_found(policed: Database, statement: str, message: str) -> None:
    do(policed, "CREATE USER other", "GRANT SELECT ON {db}.* TO other")
    ((_, made, *_),) = policed.root.ask(f"SHOW CREATE VIEW {NEWS}.customers")
    body = text.body_of(str(made))
    policed.root.ask(statement.format(view=f"{NEWS}.customers", body=body))
    (found,) = told(look(policed), Kind.CHANGED_VIEW)
    assert message in found.message and "shows something else" not in found.message
    mend(policed)


def test_a_view_written_down_and_made_again_is_the_same_view(policed: Database) -> None:
    """As after a dump and its restoring: the server tells a view in other words than it was made with."""
    for place, name in policed.root.ask(
        "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA LIKE 'shop\\_\\_%'"
    ):
        ((_, made, *_),) = policed.root.ask(f"SHOW CREATE VIEW `{place}`.`{name}`")
        policed.root.ask(str(made).replace("CREATE ", "CREATE OR REPLACE ", 1))
    assert wrong(look(policed)) == []


FOUND: Sequence[tuple[Sequence[str], Kind, str]] = (
    (["GRANT SELECT (illness) ON {db}.customers TO PUBLIC"], Kind.UNDECLARED_GRANT, "PUBLIC holds SELECT"),
    (["GRANT SELECT ON {db}.visits TO agent__service"], Kind.UNDECLARED_GRANT, "holds SELECT"),
    (["GRANT SELECT ON amanat.`mask_key shop` TO nosy"], Kind.UNDECLARED_GRANT, "holds SELECT"),
    (["GRANT ALL ON shop__agent__service.* TO nosy"], Kind.UNDECLARED_GRANT, "holds ALTER, ALTER ROUTINE"),
    (["GRANT SELECT ON {db}.* TO agent__service"], Kind.UNDECLARED_GRANT, "holds SELECT"),
    (["GRANT SELECT ON {db}.* TO agent__service"], Kind.EFFECTIVE, "a right on the whole database"),
    (
        ["CREATE PROCEDURE {db}.p() SELECT 1", "GRANT EXECUTE ON PROCEDURE {db}.p TO agent__service"],
        Kind.UNDECLARED_GRANT,
        "holds EXECUTE",
    ),
    (
        ["CREATE ROLE team", "GRANT team TO agent__service"],
        Kind.MEMBERSHIP,
        "holds `team`, and so has its rights",
    ),
    (
        [
            "CREATE ROLE a",
            "CREATE ROLE b",
            "GRANT SELECT (secret) ON {db}.customers TO a",
            "GRANT a TO b",
            "GRANT b TO agent__service",
        ],
        Kind.EFFECTIVE,
        "can SELECT on column `secret`, which is not declared: it holds `b`",
    ),
    (
        [
            "CREATE ROLE team",
            "GRANT agent__service TO team",
            f"GRANT {NEWS[:1]}marketer__news` TO team WITH ADMIN OPTION",
        ],
        Kind.BYPASS,
        "unites `agent__service`, `marketer__news`",
    ),
    ([f"DROP VIEW {NEWS}.customers"], Kind.MISSING_VIEW, "is declared and not there"),
    ([f"CREATE VIEW {NEWS}.mine AS SELECT 1 AS a"], Kind.UNDECLARED_VIEW, "a view that nobody declared"),
    (
        [
            f"CREATE VIEW {NEWS}.mine AS SELECT 'a\\\\b''c' AS a",
            f"CREATE VIEW {NEWS}.mine2 AS SELECT a FROM {NEWS}.mine",
            f"GRANT SELECT ON {NEWS}.mine2 TO nosy",
        ],
        Kind.UNDECLARED_VIEW,
        "a view that nobody declared",
    ),
    (
        ["REVOKE SELECT (email) ON shop__agent__service.customers FROM agent__service"],
        Kind.MISSING_GRANT,
        "lacks SELECT on column `email`",
    ),
    (["DROP ROLE agent__service"], Kind.MISSING_PRINCIPAL, "is not there"),
    (["DROP DATABASE shop__agent__service"], Kind.MISSING_VIEW, "is declared and not there"),
    (["DROP TABLE amanat.`mask_key shop`"], Kind.MASK_KEY, "is not there"),
    (["UPDATE amanat.policy SET whole = FALSE"], Kind.POLICY_VERSION, "applied in part"),
    (
        [
            "CREATE DATABASE shop__gone COMMENT = 'amanat policy of system shop, catalog sha256:00'",
            "CREATE VIEW shop__gone.v AS SELECT * FROM {db}.log",
        ],
        Kind.UNDECLARED_VIEW,
        "the database of views of a principal that is not declared",
    ),
)


@pytest.mark.parametrize(("statements", "kind", "message"), FOUND)
def test_it_is_found_and_the_plan_mends_it(
    policed: Database, statements: Sequence[str], kind: Kind, message: str
) -> None:
    do(policed, "CREATE USER nosy", *statements)
    found = told(look(policed), kind)
    assert any(message in each.message and each.planned for each in found), wrong(look(policed))
    mend(policed)
    assert wrong(look(policed)) == []


TOLD: Sequence[tuple[Sequence[str], Kind, str]] = (
    (["GRANT ALL ON {db}.* TO nosy"], Kind.UNDECLARED_GRANT, "holds SELECT, INSERT, UPDATE, DELETE"),
    (["GRANT SELECT ON `t%`.* TO nosy"], Kind.UNDECLARED_GRANT, "holds SELECT on the whole of it"),
    (["GRANT SELECT ON *.* TO nosy"], Kind.BYPASS, "reads every table (SELECT on everything)"),
    (["CREATE ROLE all_of_it", "GRANT SELECT ON *.* TO all_of_it"], Kind.BYPASS, "reads every table"),
    (["GRANT SET USER, FILE, CREATE USER ON *.* TO nosy"], Kind.BYPASS, "files of the server"),
    (["GRANT INSERT ON mysql.* TO nosy"], Kind.BYPASS, "changes the server's own tables"),
    (["GRANT UPDATE ON mysql.global_priv TO nosy"], Kind.BYPASS, "changes the server's own tables"),
    (["GRANT SELECT ON *.* TO agent__service"], Kind.CHANGED_PRINCIPAL, "holds SELECT on everything"),
    (
        ["GRANT SELECT ON *.* TO agent__service"],
        Kind.EFFECTIVE,
        "a right on the whole database or on everything",
    ),
    (
        ["CREATE TABLE shop__agent__service.pile (a int)"],
        Kind.UNDECLARED_VIEW,
        "a base table that nobody declared",
    ),
    (
        ["CREATE FUNCTION shop__agent__service.f() RETURNS int RETURN 1"],
        Kind.UNDECLARED_VIEW,
        "a function that nobody",
    ),
    (["DROP TABLE {db}.visits"], Kind.MISSING_TABLE, "the database has none of that name"),
    (["ALTER TABLE {db}.visits DROP COLUMN page"], Kind.MISSING_COLUMN, "does not have column `page`"),
    (
        ["DROP TABLE {db}.visits", "GRANT CREATE, SELECT ON {db}.visits TO nosy"],
        Kind.UNDECLARED_GRANT,
        "is not there",
    ),
    (
        [
            "CREATE TABLE {db}.gone (a int)",
            "CREATE VIEW shop__agent__service.v AS SELECT * FROM {db}.gone",
            "DROP TABLE {db}.gone",
        ],
        Kind.CHANGED_VIEW,
        "cannot work it out",
    ),
    (
        [
            "CREATE VIEW {db}.own AS SELECT email FROM {db}.customers",
            "CREATE VIEW {db}.over AS SELECT email FROM {db}.own",
            "GRANT SELECT ON {db}.over TO nosy",
        ],
        Kind.SIDE_DOOR,
        "`customers` in the name of `root`@`localhost`; open to `nosy`@`%`",
    ),
    (
        [
            "CREATE PROCEDURE {db}.p() SELECT email FROM customers",
            "GRANT EXECUTE ON PROCEDURE {db}.p TO PUBLIC",
        ],
        Kind.SIDE_DOOR,
        "a procedure that names",
    ),
)


@pytest.mark.parametrize(("statements", "kind", "message"), TOLD)
def test_what_no_plan_mends_is_told(
    policed: Database, statements: Sequence[str], kind: Kind, message: str
) -> None:
    do(policed, "CREATE USER nosy", *statements)
    before = dump(policed)
    report = look(policed)
    assert any(message in each.message and not each.planned for each in told(report, kind)), wrong(report)
    assert dump(policed) == before


def test_superusers_keepers_holders_and_default_roles_are_notes(policed: Database) -> None:
    do(
        policed,
        "CREATE USER boss, dana, copier",
        "GRANT ALL ON *.* TO boss",
        "GRANT REPLICATION SLAVE ON *.* TO copier",
        "GRANT agent__service TO dana",
        "GRANT `marketer__news` TO dana",
        "SET DEFAULT ROLE agent__service FOR dana",
        "CREATE TRIGGER {db}.t BEFORE INSERT ON {db}.visits FOR EACH ROW SET @a = 1",
    )
    report = look(policed)
    assert report.clean, wrong(report)
    notes = {(each.kind, each.subject, each.message.partition(" (")[0]) for each in report.findings}
    assert {
        (Kind.BYPASS, "`boss`@`%`", "is a superuser"),
        (Kind.BYPASS, "`copier`@`%`", "may copy the whole server"),
        (Kind.MEMBERSHIP, "`dana`@`%`", "begins each session as `agent__service`"),
        (
            Kind.MEMBERSHIP,
            "`dana`@`%`",
            "may act for 2 pairs, for one at a time: `agent__service`, `marketer__news`",
        ),
        (
            Kind.SIDE_DOOR,
            f"`{policed.name}`.`t`",
            f"a trigger that is on `{policed.name}`.`visits` in the name of `root`@`localhost`",
        ),
    } <= notes


def test_another_systems_grants_to_the_same_principals_are_left_alone(policed: Database) -> None:
    do(
        policed,
        "INSERT INTO amanat.policy VALUES ('till', '00', 'tills', TRUE)",
        "CREATE DATABASE tills",
        "CREATE TABLE tills.sale (a int)",
        "GRANT INSERT (a) ON tills.sale TO agent__service",
    )
    assert wrong(look(policed)) == []
    do(policed, "DELETE FROM amanat.policy WHERE system = 'till'")
    assert "tills" in told(look(policed), Kind.UNDECLARED_GRANT)[0].subject
    mend(policed)


def test_a_plan_for_a_state_that_has_changed_is_refused(policed: Database) -> None:
    do(policed, "CREATE USER nosy", "GRANT UPDATE ON {db}.visits TO nosy")
    change = look(policed).change
    assert change is not None
    do(policed, "GRANT SELECT ON {db}.log TO nosy")
    before = dump(policed)
    with pytest.raises(ScriptError, match="has changed since this plan was made"):
        policed.run(change.apply)
    assert dump(policed) == before
    do(policed, "REVOKE SELECT ON {db}.log FROM nosy")
    policed.run(change.apply)
    do(policed, "GRANT SELECT ON {db}.log TO nosy")
    before = dump(policed)
    with pytest.raises(ScriptError, match="is not as the plan left it"):
        policed.run(change.undo)
    assert dump(policed) == before


def test_a_plan_for_another_database_is_refused(policed: Database, mariadb_server: object) -> None:
    do(policed, "CREATE USER nosy", "GRANT UPDATE ON {db}.visits TO nosy")
    change = look(policed).change
    assert change is not None
    other = Database.create(policed.server)
    with pytest.raises(ScriptError, match="this is for another database"):
        other.run(change.apply)


def test_a_change_while_it_looks_is_refused(policed: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    do(policed, "CREATE USER nosy")
    real = Session.definition

    def meddling(session: Session, view: str) -> bytes | None:
        do(policed, "GRANT SELECT ON {db}.log TO nosy")
        return real(session, view)

    monkeypatch.setattr(Session, "definition", meddling)
    with pytest.raises(EnvironmentFault, match="changed while it was looked at"):
        look(policed)


def test_the_session_cannot_write(policed: Database) -> None:
    with connected("shop", "SHOP_URL", url_of(policed)) as session:
        for statement in (
            "DELETE FROM log",
            "GRANT SELECT ON log TO PUBLIC",
            "CREATE TABLE x (a int)",
            "CREATE ROLE x",
        ):
            with pytest.raises(EnvironmentFault, match="READ ONLY"):
                session.rows(statement)


READER = (
    "CREATE USER reader IDENTIFIED BY 's3cr3t@:/'",
    "GRANT SELECT ON mysql.* TO reader",
    "GRANT SHOW VIEW, REFERENCES ON *.* TO reader",
)


def test_the_reader_needs_no_right_on_declared_tables(policed: Database) -> None:
    do(
        policed,
        *READER,
        "GRANT SELECT ON `shop\\_\\_%`.* TO reader",
        "GRANT SELECT ON amanat.policy TO reader",
        "GRANT SELECT ON amanat.principal TO reader",
    )
    url = url_of(policed, "reader", "s3cr3t@:/")
    assert (as_reader := look(policed, url=url)).user == "reader@%"
    as_root = look(policed)
    assert {each[:4] for each in as_reader.findings if each.severity.value == "error"} == {
        each[:4]
        for each in as_root.findings
        if each.severity.value == "error" and "reader" not in each.message
    }
    with policed.server.connect("root") as connection, connection.cursor() as cursor:
        cursor.execute("SHOW GRANTS FOR reader")
        assert not any("customers" in str(row) for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("rights", "message"),
    [
        (["GRANT SELECT ON {db}.* TO reader"], "may not read|does not let us look"),
        (
            ["GRANT SELECT ON mysql.* TO reader"],
            "finds none of the|may not use that database|does not let us look",
        ),
        ([*READER[1:]], "may not see how|does not let us look"),
    ],
)
def test_a_reader_that_may_not_look_is_told_so(
    policed: Database, rights: Sequence[str], message: str
) -> None:
    do(policed, READER[0], *rights)
    with pytest.raises(EnvironmentFault, match=message) as refused:
        look(policed, url=url_of(policed, "reader", "s3cr3t@:/"))
    assert "s3cr3t" not in f"{refused.value.message} {refused.value.hint}"


def test_a_wrong_password_is_not_printed(policed: Database) -> None:
    do(policed, READER[0])
    with pytest.raises(EnvironmentFault, match="does not accept its user and password") as refused:
        look(policed, url=url_of(policed, "reader", "guess-Kx9"))
    assert "guess" not in f"{refused.value.message} {refused.value.hint} {refused.value!r}"


def test_a_database_of_another_system_or_without_the_tables_is_refused(policed: Database) -> None:
    other = Database.create(policed.server)
    with pytest.raises(
        EnvironmentFault, match=f"is applied in database `{policed.name}`, not in `{other.name}`"
    ):
        look(other)
    policed.run(undo())
    do(policed, "DROP DATABASE crm")
    with pytest.raises(EnvironmentFault, match="finds none of the"):
        look(other)


def test_what_is_no_mariadb_is_refused(policed: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Session.__init__

    def mysql(session: Session, connection: object) -> None:
        real(session, connection)
        session.server = "8.4.3"

    monkeypatch.setattr(Session, "__init__", mysql)
    with pytest.raises(EnvironmentFault, match="no MariaDB but calls itself 8.4.3"):
        look(policed)


def test_an_unknown_driver_is_refused(policed: Database) -> None:
    with pytest.raises(UsageError, match="holds no URL of a MariaDB"):
        look(policed, url=f"sqlite://root@localhost/{policed.name}")


def test_hostile_names_change_no_terminal_and_no_plan(policed: Database) -> None:
    hostile = "a`; DROP TABLE customers; -- '\""
    do(
        policed,
        "CREATE USER `a``; DROP TABLE customers; -- '\"`@`%`",
        "GRANT SELECT ON {db}.visits TO `a``; DROP TABLE customers; -- '\"`@`%`",
    )
    (found,) = told(look(policed), Kind.UNDECLARED_GRANT)
    assert found.grantee == f"'{hostile}'@'%'"
    mend(policed)
    do(policed, "CREATE USER `\x1b[2Jx`", "GRANT SELECT ON {db}.visits TO `\x1b[2Jx`")
    report = look(policed)
    assert report.change is None and "U+001B" in report.obstacle
    shown = report_as_text(report, False)
    assert "\x1b" not in shown and "\\x1b[2Jx" in shown


def test_the_report_as_json_holds_to_its_schema(policed: Database) -> None:
    do(
        policed,
        "CREATE USER nosy",
        "GRANT SELECT (email) ON {db}.customers TO PUBLIC",
        f"DROP VIEW {NEWS}.customers",
        "CREATE VIEW {db}.own AS SELECT * FROM {db}.log",
    )
    report = look(policed)
    for plan in (False, True):
        data = json.loads(report_as_json(report, plan))
        jsonschema.Draft202012Validator(load_schema("policy-verify")).validate(data)
        assert ("plan" in data) is plan
        assert data["summary"]["error"] == len(wrong(report))
    assert report_as_json(look(policed), True) == report_as_json(report, True)


def test_the_inverse_on_a_terminal_is_a_comment(policed: Database) -> None:
    do(policed, "CREATE USER nosy", "GRANT SELECT ON {db}.visits TO nosy")
    policed.run(plan_as_text(look(policed).change))
    assert wrong(look(policed)) == []


def test_every_finding_of_the_report_names_what_it_is_about(policed: Database) -> None:
    def complete(each: Finding) -> bool:
        return bool(
            each.subject and each.message and (each.planned or each.way_out or each.severity.value == "info")
        )

    do(policed, "CREATE USER nosy", *TOLD[0][0], *TOLD[4][0], *TOLD[5][0], *FOUND[8][0])
    assert all(map(complete, look(policed).findings)), [
        each for each in look(policed).findings if not complete(each)
    ]
