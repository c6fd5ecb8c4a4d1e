"""`policy verify` on a real PostgreSQL: what it finds, what it plans, and that it changes nothing."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import jsonschema
import psycopg
import pytest

from amanat.cli.main import main
from amanat.connect.postgresql import connected
from amanat.errors import EnvironmentFault, UsageError
from amanat.model.values import Action, PurposeId, RoleId
from amanat.policy.build import build_policy
from amanat.policy.verify.document import report_as_json
from amanat.policy.verify.finding import Kind
from amanat.policy.verify.show import plan_as_text, report_as_text
from amanat.schema import load_schema
from tests.differential.postgres import Database
from tests.differential.shop import AS_OF, KEY, SQL, catalog, files, prepare
from tests.differential.verifying import dump, look, told, url_of, with_url, wrong
from tests.unit.policy.support import CASES


@pytest.fixture
def policed(database: Database) -> Database:
    """A database in which the policy is applied."""
    prepare(database).run(files()[SQL], mask_key=KEY.hex())
    return database


def do(database: Database, statements: str) -> None:
    database.connection.execute(statements.encode())


def mend(database: Database) -> None:
    """Apply the plan, see that it converges, and that its inverse leads back; then apply it again."""
    before = dump(database)
    change = look(database).change
    assert change is not None
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


def test_a_database_without_a_policy_gets_the_whole_of_it(policed: Database, database: Database) -> None:
    applied = {row for row in dump(policed) if row[0] not in ("schema of",)}
    policed.run(files()["policy/postgres/shop.undo.sql"])
    report = look(policed)
    assert [each.message for each in told(report, Kind.POLICY_VERSION)] == ["no policy is applied here"]
    assert report.change is not None
    policed.run(report.change.apply)
    assert {row for row in dump(policed) if row[0] not in ("schema of",)} == applied
    assert look(policed).change is None


def test_a_grant_is_told_with_grantee_grantor_columns_and_way_out(policed: Database) -> None:
    do(
        policed,
        "CREATE ROLE deputy; CREATE ROLE nosy; GRANT SELECT ON orders TO deputy WITH GRANT OPTION;"
        "SET ROLE deputy; GRANT SELECT (id, total) ON orders TO nosy; RESET ROLE",
    )
    deputy, nosy = told(look(policed), Kind.UNDECLARED_GRANT)
    assert (nosy.grantee, nosy.grantor, nosy.privilege, nosy.columns) == (
        "nosy",
        "deputy",
        "SELECT",
        ("id", "total"),
    )
    assert nosy.way_out == (
        'SET ROLE "deputy"; REVOKE SELECT ("id", "total") ON TABLE "public"."orders" FROM "nosy"; RESET ROLE;'
    )
    assert (deputy.grantee, deputy.grantor) == ("deputy", "postgres")
    do(policed, f"{nosy.way_out} {deputy.way_out}")
    assert wrong(look(policed)) == []


def test_what_is_open_to_everybody_is_found(policed: Database) -> None:
    do(policed, "GRANT SELECT (illness) ON customers TO PUBLIC")
    (found,) = told(look(policed), Kind.UNDECLARED_GRANT)
    assert found.grantee == "" and "PUBLIC holds SELECT" in found.message
    mend(policed)


def test_a_grant_on_a_whole_table_is_taken_and_the_declared_columns_stay(policed: Database) -> None:
    do(policed, 'GRANT SELECT ON customers TO "agent__service"')
    change = look(policed).change
    assert change is not None
    revoke = change.apply.index('REVOKE SELECT ON TABLE "public"."customers" FROM "agent__service"')
    assert revoke < change.apply.index('GRANT SELECT ("balance"')
    mend(policed)
    with policed.acting("agent__service") as session:
        assert session.execute("SELECT count(email) FROM public.customers").fetchone() == (6,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT secret FROM public.customers")


def test_the_plan_touches_only_what_differs(policed: Database) -> None:
    do(policed, "CREATE ROLE nosy; GRANT UPDATE ON visits TO nosy")
    change = look(policed).change
    assert change is not None
    said = [
        line
        for line in change.apply.splitlines()
        if line.startswith(("GRANT", "REVOKE", "CREATE", "DROP", "ALTER"))
    ]
    assert said == ['REVOKE UPDATE ON TABLE "public"."visits" FROM "nosy";']


def test_what_others_hold_outside_the_policy_stays(policed: Database) -> None:
    do(
        policed,
        "CREATE ROLE app; CREATE TABLE public.other (a int); GRANT ALL ON public.other TO app, PUBLIC",
    )
    assert wrong(look(policed)) == []


def test_an_excepted_role_is_told_and_left_alone(policed: Database) -> None:
    do(
        policed,
        "CREATE ROLE app; CREATE ROLE nosy; GRANT ALL ON customers TO app; GRANT SELECT ON customers TO nosy",
    )
    report = look(policed, excepted=["app"])
    assert {each.grantee for each in told(report, Kind.UNDECLARED_GRANT)} == {"nosy"}
    assert any(each.grantee == "app" and "excepted" in each.message for each in report.findings)
    assert report.change is not None
    policed.run(report.change.apply)
    assert policed.rows("SELECT has_table_privilege('app', 'customers', 'DELETE')") == [(True,)]
    assert look(policed, excepted=["app"]).clean


def test_a_part_of_a_declared_table_is_as_closed_as_the_table(policed: Database) -> None:
    do(
        policed,
        "CREATE TABLE visits_old () INHERITS (visits); CREATE ROLE nosy; GRANT SELECT ON visits_old TO nosy",
    )
    (found,) = told(look(policed), Kind.UNDECLARED_GRANT)
    assert found.subject == '"public"."visits_old"'
    mend(policed)


def _redefined(database: Database, view: str, old: str, new: str) -> None:
    """Put the view anew with its text changed, and everything else as it was."""
    ((text, options),) = database.rows(
        "SELECT pg_get_viewdef(%s::regclass), (SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = %s::regclass)",
        [view, view],
    )
    assert old in text, text
    do(database, f"CREATE OR REPLACE VIEW {view} WITH ({options}) AS {text.replace(old, new, 1)}")


@pytest.mark.parametrize(
    ("view", "old", "new"),
    [
        ('"marketer__news".customers', "COALESCE(((news)::text = 'true'::text), false)", "true"),
        ('"marketer__news".customers', "'true'::text", "'false'::text"),
        ('"marketer__news".customers', "(news)::text =", "(news)::text <>"),
        ('"marketer__news.sms".orders', "bool_and", "bool_or"),
        ("analyst__research.customers", '"left"(phone, 4)', "phone"),
        ("analyst__research.customers", '"left"(phone, 4)', '"left"(phone, 5)'),
        ("analyst__research.customers", '"left"(phone, 4)', 'evil."left"(phone, 4)'),
        ("analyst__research.customers", "k.outer_pad || sha256", "k.inner_pad || sha256"),
        ("analyst__research.customers", "FROM customers t", "FROM evil.customers t"),
    ],
)
def test_a_view_that_shows_something_else_is_found(policed: Database, view: str, old: str, new: str) -> None:
    do(
        policed,
        "CREATE SCHEMA evil; CREATE TABLE evil.customers (LIKE public.customers);"
        'CREATE FUNCTION evil."left"(text, integer) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$',
    )
    _redefined(policed, view, old, new)
    (found,) = told(look(policed), Kind.CHANGED_VIEW)
    assert "shows something else than declared" in found.message
    mend(policed)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            'ALTER VIEW "marketer__news".customers SET (security_barrier = false)',
            "lacks security_barrier=true",
        ),
        ('ALTER VIEW "marketer__news".customers RESET (check_option)', "lacks check_option=cascaded"),
        ('ALTER VIEW "marketer__news".customers SET (security_invoker = true)', "has security_invoker=true"),
        ('CREATE ROLE nosy; ALTER VIEW "marketer__news".customers OWNER TO nosy', 'belongs to "nosy"'),
        (
            'CREATE RULE quiet AS ON INSERT TO "marketer__news".customers DO INSTEAD NOTHING',
            "rules or triggers of its own",
        ),
        (
            (
                "CREATE FUNCTION public.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
                'CREATE TRIGGER t INSTEAD OF UPDATE ON "marketer__news".customers FOR EACH ROW EXECUTE FUNCTION public.t()'
            ),
            "rules or triggers of its own",
        ),
    ],
)
def test_a_view_with_other_options_owner_rules_or_triggers_is_found(
    policed: Database, statement: str, message: str
) -> None:
    do(policed, statement)
    (found,) = told(look(policed), Kind.CHANGED_VIEW)
    assert message in found.message
    mend(policed)


def test_who_may_read_a_changed_or_undeclared_view_is_told_too(policed: Database) -> None:
    do(
        policed,
        'CREATE ROLE nosy; ALTER VIEW "marketer__news".customers OWNER TO nosy;'
        'CREATE ROLE dana; GRANT SELECT ON "marketer__news".customers TO dana;'
        'CREATE VIEW "marketer__news".mine AS SELECT 1; GRANT SELECT ON "marketer__news".mine TO PUBLIC;'
        'REVOKE SELECT ON "marketer__news".customers FROM "marketer__news"',
    )
    report = look(policed)
    assert [each.grantee for each in told(report, Kind.UNDECLARED_GRANT)] == ["dana", ""]
    assert [each.grantee for each in told(report, Kind.MISSING_GRANT)] == ["marketer__news"]
    assert len(told(report, Kind.CHANGED_VIEW)) == len(told(report, Kind.UNDECLARED_VIEW)) == 1
    mend(policed)


def test_a_column_more_in_a_view_is_found(policed: Database) -> None:
    _redefined(policed, '"marketer__news".customers', "\n   FROM", ",\n    secret\n   FROM")
    (found,) = told(look(policed), Kind.CHANGED_VIEW)
    assert "shows something else" in found.message
    mend(policed)


def test_a_view_written_down_and_made_again_is_the_same_view(policed: Database) -> None:
    """As after a dump and its restoring: the server tells a view in other words than it was made with."""
    views = (
        "SELECT quote_ident(schemaname) || '.' || quote_ident(viewname) FROM pg_views WHERE schemaname ~ '__'"
    )
    for (view,) in policed.rows(views):
        _redefined(policed, view, "SELECT", "SELECT")
    assert wrong(look(policed)) == []


@pytest.mark.parametrize(
    ("statement", "kind", "message"),
    [
        ('ALTER ROLE "agent__service" LOGIN INHERIT', Kind.CHANGED_PRINCIPAL, "INHERIT, LOGIN"),
        ('CREATE ROLE team; GRANT team TO "agent__service"', Kind.MEMBERSHIP, 'member of "team"'),
        (
            'CREATE ROLE dana; GRANT "agent__service", "marketer__news" TO dana WITH INHERIT TRUE',
            Kind.BYPASS,
            'unites "agent__service", "marketer__news"',
        ),
        (
            'CREATE ROLE dana; CREATE ROLE team; GRANT "agent__service" TO team WITH INHERIT TRUE; GRANT team TO dana',
            Kind.BYPASS,
            'has the rights of "agent__service"',
        ),
        ('GRANT CREATE ON SCHEMA crm TO "agent__service"', Kind.UNDECLARED_GRANT, "holds CREATE"),
        (
            'GRANT EXECUTE ON FUNCTION probe.worked TO "agent__service"',
            Kind.UNDECLARED_GRANT,
            "holds EXECUTE",
        ),
        ('GRANT TEMPORARY ON DATABASE {db} TO "agent__service"', Kind.UNDECLARED_GRANT, "holds TEMPORARY"),
        ("GRANT SELECT ON amanat.mask_key TO PUBLIC", Kind.UNDECLARED_GRANT, "PUBLIC holds SELECT"),
        (
            'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO "agent__service"',
            Kind.DEFAULT_PRIVILEGE,
            'that "postgres" will create',
        ),
        (
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
            Kind.DEFAULT_PRIVILEGE,
            "PUBLIC gets SELECT",
        ),
        ('DROP VIEW "marketer__news".customers', Kind.MISSING_VIEW, "is declared and not there"),
        ('CREATE VIEW "marketer__news".mine AS SELECT 1', Kind.UNDECLARED_VIEW, "nobody declared"),
        ('REVOKE SELECT ON customers FROM "agent__service"', Kind.MISSING_GRANT, "lacks SELECT on columns"),
    ],
)
def test_it_is_found_and_the_plan_mends_it(
    policed: Database, statement: str, kind: Kind, message: str
) -> None:
    do(policed, statement.format(db=policed.name))
    found = told(look(policed), kind)
    assert any(message in each.message for each in found), wrong(look(policed))
    mend(policed)
    assert wrong(look(policed)) == []


@pytest.mark.parametrize(
    ("statement", "kind", "message"),
    [
        (
            "CREATE ROLE nosy; GRANT pg_read_all_data TO nosy",
            Kind.BYPASS,
            "reads every table (member of pg_read_all_data)",
        ),
        (
            "CREATE ROLE nosy; GRANT pg_write_all_data TO nosy WITH INHERIT FALSE",
            Kind.BYPASS,
            "writes every table",
        ),
        ("CREATE ROLE nosy; GRANT pg_read_server_files TO nosy", Kind.BYPASS, "files of the server"),
        (
            'ALTER SCHEMA "marketer__news" OWNER TO "marketer__news"',
            Kind.UNDECLARED_RIGHT,
            "owns schema marketer__news",
        ),
        (
            "CREATE FUNCTION \"marketer__news\".f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            Kind.UNDECLARED_VIEW,
            "1 things",
        ),
        (
            'GRANT USAGE ON LANGUAGE plpgsql TO "agent__service"',
            Kind.UNDECLARED_RIGHT,
            "privileges on language plpgsql",
        ),
        ('ALTER TABLE visits OWNER TO "agent__service"', Kind.UNDECLARED_RIGHT, "owns table public.visits"),
        (
            "CREATE ROLE nosy; CREATE VIEW own AS SELECT email FROM customers; CREATE VIEW over AS SELECT * FROM own; GRANT SELECT (email) ON over TO nosy",
            Kind.SIDE_DOOR,
            'a view that reads "public"."customers" in the name of "postgres"; open to "nosy"',
        ),
        (
            "CREATE MATERIALIZED VIEW own AS SELECT email FROM customers; GRANT SELECT ON own TO PUBLIC",
            Kind.SIDE_DOOR,
            "a materialized view that reads",
        ),
        (
            (
                "CREATE TABLE diary (a text); CREATE RULE r AS ON DELETE TO diary DO INSTEAD UPDATE customers SET email = '';"
                "GRANT DELETE ON diary TO PUBLIC"
            ),
            Kind.SIDE_DOOR,
            "a rule that reads",
        ),
        (
            "CREATE SCHEMA api; CREATE FUNCTION api.f() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT email FROM public.customers'",
            Kind.SIDE_DOOR,
            'a function that names "public"."customers" in the name of "postgres"; open to PUBLIC',
        ),
        (
            """CREATE PROCEDURE p() LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN DELETE FROM crm."Odd ""table""; -- x"; END$$""",
            Kind.SIDE_DOOR,
            "a procedure that names",
        ),
    ],
)
def test_what_no_plan_mends_is_told_with_the_way_out(
    policed: Database, statement: str, kind: Kind, message: str
) -> None:
    do(policed, statement)
    assert any(message in each.message and not each.planned for each in told(look(policed), kind)), wrong(
        look(policed)
    )


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW own WITH (security_invoker = true) AS SELECT email FROM customers; GRANT SELECT ON own TO nosy",
        "CREATE VIEW own AS SELECT email FROM customers; ALTER VIEW own OWNER TO nosy; GRANT SELECT ON own TO PUBLIC",
        "CREATE FUNCTION f() RETURNS SETOF text LANGUAGE sql AS 'SELECT email FROM customers'",
        (
            "CREATE FUNCTION f() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT email FROM customers';"
            "REVOKE EXECUTE ON FUNCTION f FROM PUBLIC"
        ),
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN DELETE FROM customers; RETURN NEW; END'",
        "CREATE VIEW own AS SELECT email FROM customers",
        "CREATE TABLE part (a int REFERENCES customers (id)); GRANT INSERT ON part TO nosy",
    ],
)
def test_what_opens_nothing_to_others_is_no_side_door(policed: Database, statement: str) -> None:
    do(policed, "CREATE ROLE nosy; ALTER TABLE customers ADD UNIQUE (id)")
    do(policed, statement)
    assert wrong(look(policed)) == []


def test_superusers_owners_and_row_security_are_notes(policed: Database) -> None:
    do(
        policed,
        "CREATE ROLE root SUPERUSER; CREATE ROLE copier REPLICATION; ALTER TABLE visits ENABLE ROW LEVEL SECURITY",
    )
    report = look(policed)
    assert report.clean
    told_of = {(each.kind, each.subject) for each in report.findings}
    assert {
        (Kind.BYPASS, '"root"'),
        (Kind.BYPASS, '"copier"'),
        (Kind.ROW_SECURITY, '"public"."visits"'),
    } <= told_of


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ('GRANT pg_read_all_data TO "agent__service" WITH INHERIT TRUE', 'a member of "pg_read_all_data"'),
        ('ALTER ROLE "agent__service" SUPERUSER', "it is a superuser"),
        ('ALTER TABLE visits OWNER TO "agent__service"', "it owns it"),
    ],
)
def test_what_a_principal_can_really_do_is_found_where_no_grant_says_so(
    policed: Database, statement: str, message: str
) -> None:
    do(policed, statement)
    found = told(look(policed), Kind.EFFECTIVE)
    assert found and all(message in each.message for each in found)


def test_a_plan_for_a_state_that_has_changed_is_refused(policed: Database) -> None:
    do(policed, "CREATE ROLE nosy; GRANT SELECT ON visits TO nosy")
    change = look(policed).change
    assert change is not None
    do(policed, "GRANT SELECT ON orders TO nosy")
    before = dump(policed)
    with pytest.raises(psycopg.errors.RaiseException, match="has changed since this plan was made"):
        policed.run(change.apply)
    with pytest.raises(psycopg.errors.RaiseException, match="not as the plan left it"):
        policed.run(change.undo)
    assert dump(policed) == before


def test_a_plan_is_only_for_its_own_database(policed: Database, new_database: object) -> None:
    do(policed, "CREATE ROLE nosy; GRANT SELECT ON visits TO nosy")
    change = look(policed).change
    assert change is not None and callable(new_database)
    other = new_database()
    with pytest.raises(psycopg.errors.RaiseException, match="for another database"):
        other.run(change.apply)


def test_a_changed_catalog_is_planned_from_what_is_there(policed: Database) -> None:
    """Purposes lose a role, gain one, and a mask changes: the plan leads from the one policy to the other."""
    given = catalog()
    purposes = dict(given.purposes)
    service, news = PurposeId("service"), PurposeId("news")
    purposes[service] = replace(
        purposes[service], roles={**purposes[service].roles, RoleId("marketer"): (Action.READ,)}
    )
    purposes[news] = replace(purposes[news], roles={})
    changed = with_url(replace(given, purposes=purposes))
    expected = build_policy(changed, AS_OF).files
    assert expected[SQL] != files()[SQL]
    before = dump(policed)
    report = look(policed, changed)
    assert report.change is not None
    policed.run(report.change.apply)
    assert wrong(look(policed, changed)) == []
    assert look(policed, changed).change is None
    with policed.acting("marketer__service") as session:
        session.execute("SELECT count(*) FROM customers")
    with (
        policed.acting("marketer__news") as session,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable)),
    ):
        session.execute("SELECT count(*) FROM customers")
    policed.run(report.change.undo)
    assert dump(policed) == before
    assert wrong(look(policed)) == []


def test_the_owner_of_the_tables_applies_the_plan_without_being_superuser(database: Database) -> None:
    prepare(database)
    do(
        database,
        f'CREATE ROLE keeper LOGIN CREATEROLE; ALTER DATABASE "{database.name}" OWNER TO keeper; ALTER SCHEMA crm OWNER TO keeper',
    )
    for (table,) in database.rows(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND oid > 16384"
    ):
        do(database, f"ALTER TABLE {table} OWNER TO keeper")
    before = dump(database)
    change = look(database).change
    assert change is not None
    database.run(change.apply, user="keeper")
    assert wrong(look(database)) == []
    do(database, 'CREATE ROLE nosy; GRANT SELECT ON customers TO nosy; DROP VIEW "marketer__news".customers')
    again = look(database).change
    assert again is not None
    database.run(again.apply, user="keeper")
    assert wrong(look(database)) == []
    database.run(again.undo, user="keeper")
    do(database, "REVOKE SELECT ON customers FROM nosy; DROP ROLE nosy")
    third = look(database).change
    assert third is not None
    database.run(third.apply, user="keeper")
    database.run(change.undo, user="keeper")
    assert {row for row in dump(database) if row[0] != "member"} == {
        row for row in before if row[0] != "member"
    }


def test_a_reader_needs_usage_on_schemas_and_no_right_on_any_table(policed: Database) -> None:
    do(policed, "CREATE ROLE reader LOGIN")
    with pytest.raises(EnvironmentFault, match="permission denied for schema") as refused:
        look(policed, user="reader")
    assert "USAGE" in (refused.value.hint or "")
    do(policed, "GRANT USAGE ON SCHEMA public, crm, amanat TO reader")
    report = look(policed, user="reader")
    assert wrong(report) == [] and report.user == "reader"
    assert report.findings == look(policed).findings
    do(policed, 'ALTER VIEW "marketer__news".customers RESET (security_barrier)')
    assert len(told(look(policed, user="reader"), Kind.CHANGED_VIEW)) == 1


def test_the_session_cannot_write(policed: Database) -> None:
    with (
        connected("shop", "SHOP_URL", url_of(policed)) as session,
        pytest.raises(EnvironmentFault, match="read-only"),
    ):
        session.rows("CREATE TABLE public.x (a int)")


def test_the_command_writes_the_plan_and_its_inverse_beside_it(
    policed: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root, plan = tmp_path / "catalog", tmp_path / "out" / "shop.sql"
    shutil.copytree(CASES / "postgres", root)
    file = root / "catalog.yaml"
    file.write_text(
        file.read_text().replace("engine: postgresql", "engine: postgresql, url_env: SHOP_URL", 1)
    )
    monkeypatch.setenv("SHOP_URL", url_of(policed))
    words = ["amanat", "policy", "verify", "shop", "--catalog", str(root), "--as-of", AS_OF.isoformat()]

    def asked(*more: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", [*words, *more])
        return main(), capfd.readouterr().out

    do(policed, "CREATE ROLE nosy; GRANT SELECT ON visits TO nosy")
    code, text = asked("--plan", "-o", str(plan))
    assert code == 1 and "grants that nobody declared" in text
    assert sorted(path.name for path in plan.parent.iterdir()) == ["shop.sql", "shop.undo.sql"]
    tampered = dump(policed)
    policed.run(plan.read_text())
    assert asked()[0] == 0
    policed.run((plan.parent / "shop.undo.sql").read_text())
    assert dump(policed) == tampered
    code, text = asked("--plan", "--format", "json")
    assert (code, json.loads(text)["plan"]["apply"]) == (1, plan.read_text())


def test_what_the_catalog_declares_and_the_database_lacks_is_told(policed: Database) -> None:
    do(policed, "DROP TABLE visits CASCADE; ALTER TABLE customers DROP COLUMN points CASCADE")
    report = look(policed)
    assert [each.subject for each in told(report, Kind.MISSING_TABLE)] == ['"public"."visits"']
    (missing,) = told(report, Kind.MISSING_COLUMN)
    assert (missing.subject, missing.columns) == ('"public"."customers"', ("points",))
    if report.change:
        policed.run(report.change.apply)
    left = look(policed)
    assert {each.kind for each in left.findings if each.severity.value == "error"} == {
        Kind.MISSING_TABLE,
        Kind.MISSING_COLUMN,
    }
    assert left.change is None


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("COMMENT ON SCHEMA amanat IS 'ours'", "of another kind"),
        (
            "COMMENT ON SCHEMA amanat IS 'amanat policy of system till, catalog sha256:00'",
            "holds the policy of system `till`",
        ),
    ],
)
def test_a_database_that_belongs_to_something_else_is_refused(
    policed: Database, statement: str, complaint: str
) -> None:
    do(policed, statement)
    with pytest.raises(EnvironmentFault, match=complaint):
        look(policed)


def test_another_database_is_refused(database: Database) -> None:
    with pytest.raises(EnvironmentFault, match="none of the 8 tables"):
        look(database)


def test_another_encoding_is_refused(database: Database) -> None:
    name = f"{database.name}_latin"
    do(database, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    latin = Database(database.url, name, psycopg.connect(database.url, dbname=name, autocommit=True))
    try:
        with pytest.raises(EnvironmentFault, match="is in LATIN1"):
            look(latin)
    finally:
        latin.connection.close()
        do(database, f"DROP DATABASE {name} WITH (FORCE)")


def test_an_engine_without_a_verifier_is_refused(database: Database) -> None:
    given = with_url(catalog())
    (shop,) = [each for each in given.systems.values() if each.id == "shop"]
    other = replace(given, systems={**given.systems, shop.id: replace(shop, engine="sqlite")})
    with pytest.raises(UsageError, match="no verifier looks into engine `sqlite`"):
        look(database, other)


def test_hostile_names_in_the_database_change_no_terminal_and_no_plan(policed: Database) -> None:
    do(
        policed,
        'CREATE ROLE "a""; DROP TABLE customers; --"; GRANT SELECT ON visits TO "a""; DROP TABLE customers; --"',
    )
    mend(policed)
    do(policed, 'CREATE ROLE "\x1b[2Jx"; GRANT SELECT ON visits TO "\x1b[2Jx"')
    report = look(policed)
    assert report.change is None and "U+001B" in report.obstacle
    text = report_as_text(report, False)
    assert "\x1b" not in text and "\\x1b[2Jx" in text


def test_the_report_as_json_holds_to_its_schema(policed: Database, tmp_path: Path) -> None:
    do(
        policed,
        'CREATE ROLE nosy; GRANT SELECT (email) ON customers TO PUBLIC; DROP VIEW "marketer__news".customers',
    )
    report = look(policed)
    for plan in (False, True):
        data = json.loads(report_as_json(report, plan))
        jsonschema.Draft202012Validator(load_schema("policy-verify")).validate(data)
        assert ("plan" in data) is plan
        assert data["summary"]["error"] == len(wrong(report))
    assert report_as_json(look(policed), True) == report_as_json(report, True)


def test_the_inverse_on_a_terminal_is_a_comment(policed: Database) -> None:
    do(policed, "CREATE ROLE nosy; GRANT SELECT ON visits TO nosy")
    policed.run(plan_as_text(look(policed).change))
    assert wrong(look(policed)) == []
