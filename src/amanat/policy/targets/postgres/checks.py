"""The blocks of PL/pgSQL that look before and after: a policy that cannot hold here is not applied at all."""

from __future__ import annotations

from collections.abc import Sequence

from amanat.policy.targets.postgres.masks import KEY_TABLE
from amanat.policy.targets.quoting import body, literal, texts

PRINCIPAL_MARK = "principal of an amanat policy"
"""Comment on the roles that a policy made, so that an undo drops no other."""


def marker(system: str, digest: str) -> str:
    """Comment on the schema `amanat`: which policy is applied here."""
    return f"amanat policy of system {system}, catalog sha256:{digest}"


def _do(code: str) -> str:
    return f"DO {body(code.strip())};"


def before(system: str, principals: Sequence[str], tables: Sequence[tuple[str, str]]) -> str:
    """Refuse where the policy would not hold: another one is applied, a table is open to everybody, a role
    of a principal's name can do more than it says, characters are not Unicode."""
    schemas, names = texts([schema for schema, _ in tables]), texts([name for _, name in tables])
    return _do(f"""
DECLARE
  problem text;
BEGIN
  IF current_setting('server_version_num')::integer < 140000 THEN
    RAISE EXCEPTION 'amanat: this policy needs PostgreSQL 14 or later';
  END IF;
  IF current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION 'amanat: masks count characters, which needs a database in UTF8';
  END IF;
  SELECT coalesce(obj_description(oid, 'pg_namespace'), 'a schema of another kind') INTO problem
    FROM pg_namespace WHERE nspname = 'amanat';
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION 'amanat: a policy is applied here already: %', problem
      USING HINT = 'run its undo script first';
  END IF;
  SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ' ORDER BY n.nspname, c.relname) INTO problem
    FROM unnest({schemas}, {names}) AS declared (nspname, relname)
    JOIN pg_namespace AS n USING (nspname)
    JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = declared.relname
    WHERE EXISTS (SELECT FROM aclexplode(c.relacl) AS a WHERE a.grantee = 0)
       OR EXISTS (SELECT FROM pg_attribute AS at, aclexplode(at.attacl) AS a
                  WHERE at.attrelid = c.oid AND a.grantee = 0);
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION 'amanat: open to PUBLIC, so no policy can hold: %', problem
      USING HINT = 'revoke what PUBLIC has on these tables and columns';
  END IF;
  SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname) INTO problem
    FROM pg_roles AS r
    WHERE r.rolname = ANY ({texts(list(principals))})
      AND (r.rolsuper OR r.rolinherit OR r.rolcanlogin OR r.rolbypassrls OR r.rolcreaterole
           OR r.rolcreatedb OR r.rolreplication
           OR EXISTS (SELECT FROM pg_auth_members AS m WHERE m.member = r.oid)
           OR EXISTS (SELECT FROM pg_shdepend AS d
                      WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid
                        AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())));
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION 'amanat: these roles have other rights already: %', problem
      USING HINT = 'a principal has to be NOLOGIN NOINHERIT, a member of nothing, and without rights in this '
                   'database; rename or clean the role';
  END IF;
END""")


def make_principals(names: Sequence[str]) -> str:
    """Create the roles that are not there: another system's policy in the cluster may have made them."""
    return _do(f"""
DECLARE
  principal text;
BEGIN
  FOREACH principal IN ARRAY {texts(list(names))} LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = principal) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', principal);
      EXECUTE format('COMMENT ON ROLE %I IS %L', principal, {literal(PRINCIPAL_MARK)});
    END IF;
  END LOOP;
END""")


def sequences(verb: str, inserted: Sequence[tuple[str, str, str]]) -> str:
    """GRANT or REVOKE the use of the sequences that number the rows of tables (schema, table, principal):
    without it nobody can insert there."""
    schemas, tables, names = (texts([each[at] for each in inserted]) for at in range(3))
    ending = "TO" if verb == "GRANT" else "FROM"
    return _do(f"""
DECLARE
  numbers text;
  principal text;
BEGIN
  FOR numbers, principal IN
    SELECT DISTINCT s.oid::regclass::text, given.principal
    FROM unnest({schemas}, {tables}, {names}) AS given (nspname, relname, principal)
    JOIN pg_namespace AS n ON n.nspname = given.nspname
    JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = given.relname
    JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
                       AND d.classid = 'pg_class'::regclass AND d.deptype = 'a'
    JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
    ORDER BY 1, 2
  LOOP
    EXECUTE format('{verb} USAGE ON SEQUENCE %s {ending} %I', numbers, principal);
  END LOOP;
END""")


def after(principals: Sequence[str]) -> str:
    """Refuse when something that was just created is open to somebody else (by default privileges)."""
    return _do(f"""
DECLARE
  problem text;
BEGIN
  SELECT string_agg(DISTINCT format('%I.%I', n.nspname, c.relname), ', ') INTO problem
    FROM pg_namespace AS n JOIN pg_class AS c ON c.relnamespace = n.oid, aclexplode(c.relacl) AS a
    WHERE n.nspname = ANY ({texts(["amanat", *principals])})
      AND a.grantee <> c.relowner
      AND (n.nspname = 'amanat' OR a.grantee <> to_regrole(quote_ident(n.nspname))::oid);
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION 'amanat: default privileges open what this policy makes to others: %', problem
      USING HINT = 'see pg_default_acl; alter the default privileges of the role that applies the policy';
  END IF;
END""")


def applied(system: str, digest: str) -> str:
    """Refuse to undo what is not applied."""
    return _do(f"""
BEGIN
  IF NOT EXISTS (SELECT FROM pg_namespace
                 WHERE nspname = 'amanat'
                   AND obj_description(oid, 'pg_namespace') = {literal(marker(system, digest))}) THEN
    RAISE EXCEPTION 'amanat: this policy is not applied here'
      USING HINT = 'obj_description of schema amanat says which one is';
  END IF;
END""")


def drop_principals(names: Sequence[str]) -> str:
    """Drop the roles that a policy made, but for those that something still depends on: another database's
    policy."""
    return _do(f"""
DECLARE
  principal text;
BEGIN
  FOR principal IN
    SELECT r.rolname FROM pg_roles AS r
    WHERE r.rolname = ANY ({texts(list(names))})
      AND shobj_description(r.oid, 'pg_authid') = {literal(PRINCIPAL_MARK)}
      AND NOT EXISTS (SELECT FROM pg_shdepend AS d
                      WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid)
  LOOP
    EXECUTE format('DROP ROLE %I', principal);
  END LOOP;
END""")


MAKE_KEY = f"""\
CREATE TABLE {KEY_TABLE} (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  inner_pad bytea NOT NULL CHECK (length(inner_pad) = 64),
  outer_pad bytea NOT NULL CHECK (length(outer_pad) = 64)
);
REVOKE ALL ON TABLE {KEY_TABLE} FROM PUBLIC;
-- HMAC (RFC 2104) needs the key only as two pads: the key filled up to 64 bytes, XOR 0x36 and XOR 0x5c.
WITH given AS (
  SELECT coalesce(
    decode(nullif(current_setting('amanat.mask_key', true), ''), 'hex'),
    sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
  ) AS secret
), short AS (
  SELECT CASE WHEN length(secret) > 64 THEN sha256(secret) ELSE secret END AS secret FROM given
  WHERE length(secret) >= 32
), filled AS (
  SELECT secret || decode(repeat('00', 64 - length(secret)), 'hex') AS secret FROM short
)
INSERT INTO {KEY_TABLE} (inner_pad, outer_pad)
SELECT string_agg(decode(lpad(to_hex(get_byte(secret, i) # 54), 2, '0'), 'hex'), '' ORDER BY i),
       string_agg(decode(lpad(to_hex(get_byte(secret, i) # 92), 2, '0'), 'hex'), '' ORDER BY i)
FROM filled, generate_series(0, 63) AS i
HAVING count(*) = 64;
DO $amanat$
BEGIN
  IF NOT EXISTS (SELECT FROM {KEY_TABLE}) THEN
    RAISE EXCEPTION 'amanat: amanat.mask_key is shorter than 32 bytes (64 hexadecimal digits)';
  END IF;
END
$amanat$;"""
