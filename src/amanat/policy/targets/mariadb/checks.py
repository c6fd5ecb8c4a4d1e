"""The parts of the scripts that look before they act: a policy that cannot hold here is not applied at all.

A script is two compound statements (`BEGIN NOT ATOMIC`), and the second runs only after the first has passed:
a client that goes on after errors cannot go on past a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence

from amanat.policy.targets.mariadb.quoting import identifier, listed, literal

BOOK = "amanat"
"""The database that says which policies are applied on the server, which roles they made, and their keys."""

BOOK_MARK = "amanat policies"
POLICY, PRINCIPAL = "`amanat`.`policy`", "`amanat`.`principal`"

OPENING = """\
SET NAMES utf8mb4 COLLATE utf8mb4_bin;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_CREATE_USER,NO_BACKSLASH_ESCAPES',
  group_concat_max_len = 400;
DELIMITER //
SET @amanat_checked = FALSE//
BEGIN NOT ATOMIC
DECLARE problem TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;"""
BETWEEN = """\
SET @amanat_checked = TRUE;
END//

BEGIN NOT ATOMIC
IF NOT @amanat_checked THEN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'amanat: refused, see above; nothing was changed';
END IF;"""
CLOSING = """\
DO RELEASE_LOCK('amanat policy');
SET @amanat_checked = FALSE, @amanat_mask_key = NULL;
END//
DELIMITER ;"""

PRESENT = f"""\
IF DATABASE() IS NULL THEN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'amanat: name the database of the system as the default one';
END IF;
IF GET_LOCK('amanat policy', 10) <> 1 THEN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'amanat: another policy is being applied or taken back';
END IF;
SET problem = (SELECT SCHEMA_COMMENT FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '{BOOK}');"""
"""Every script starts by this; `problem` then holds the comment of the database `amanat`, if there is one."""

_HAS_BOOK = (
    f"(SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{BOOK}' "
    "AND TABLE_NAME IN ('policy', 'principal')) = 2"
)


def marker(system: str, digest: str) -> str:
    """Comment on the databases of views: which policy they are of."""
    return f"amanat policy of system {system}, catalog sha256:{digest}"


def _refuse(message: str, found: str = "") -> str:
    tail = f", {found}" if found else ""
    return (
        f"  SET problem = LEFT(CONCAT({literal(f'amanat: {message}')}{tail}), 400);\n"
        "  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = problem;"
    )


def before(
    system: str,
    principals: Sequence[str],
    tables: Sequence[tuple[str, str]],
    used: Sequence[tuple[str, str]],
    views: Sequence[str],
) -> str:
    """Refuse where the policy would not hold: the server is too old, another policy is applied, a table is
    missing or open to everybody, a role of a principal's name can do more than it says. `tables` are the
    declared ones, `used` those that something is granted on, `views` the databases to be made."""
    names, declared = listed([(name,) for name in principals]), listed([*tables])
    databases = listed([(name,) for name in views])
    here = "IF(p.a = '', DATABASE(), p.a) COLLATE utf8mb4_bin"
    return f"""\
IF CAST(SUBSTRING_INDEX(VERSION(), '.', 1) AS UNSIGNED) * 1000
    + CAST(SUBSTRING_INDEX(SUBSTRING_INDEX(VERSION(), '.', 2), '.', -1) AS UNSIGNED) < 10011 THEN
{_refuse("this policy needs MariaDB 10.11 or later")}
END IF;
IF problem <> '{BOOK_MARK}' THEN
{_refuse("the database `amanat` is one of another kind")}
END IF;
SET problem = NULL;
IF {_HAS_BOOK} THEN
  SET problem = (SELECT digest FROM {POLICY} WHERE system = {literal(system)});
END IF;
IF problem IS NOT NULL THEN
{_refuse("a policy is applied here already (run its undo script first): catalog sha256:", "problem")}
END IF;
SET problem = (SELECT GROUP_CONCAT(p.a ORDER BY p.a) FROM {databases} AS p
  JOIN information_schema.SCHEMATA AS s ON s.SCHEMA_NAME = p.a);
IF problem IS NOT NULL THEN
{_refuse("databases of these names are there already: ", "problem")}
END IF;
SET problem = (SELECT GROUP_CONCAT(p.b ORDER BY p.b) FROM {listed([*used])} AS p
  LEFT JOIN information_schema.TABLES AS t ON t.TABLE_SCHEMA = {here} AND t.TABLE_NAME = p.b
  WHERE t.TABLE_NAME IS NULL);
IF problem IS NOT NULL THEN
{_refuse("tables that the policy is for are missing: ", "problem")}
END IF;
SET problem = (SELECT GROUP_CONCAT(p.b ORDER BY p.b) FROM {declared} AS p
  WHERE EXISTS (SELECT 1 FROM mysql.tables_priv AS g
                WHERE g.User IN ('PUBLIC', '') AND g.Db = {here} AND g.Table_name = p.b)
     OR EXISTS (SELECT 1 FROM mysql.db AS g WHERE g.User IN ('PUBLIC', '') AND {here} LIKE g.Db ESCAPE '\\')
     OR EXISTS (SELECT 1 FROM mysql.global_priv AS g
                WHERE g.User IN ('PUBLIC', '') AND COALESCE(JSON_VALUE(g.Priv, '$.access'), 0) <> 0));
IF problem IS NOT NULL THEN
{_refuse("open to PUBLIC or to nameless accounts, so no policy can hold: ", "problem")}
END IF;
SET problem = (SELECT GROUP_CONCAT(n.a ORDER BY n.a) FROM {names} AS n
  JOIN mysql.global_priv AS g ON g.Host = '' AND g.User = n.a
  WHERE JSON_VALUE(g.Priv, '$.is_role') IS NULL OR COALESCE(JSON_VALUE(g.Priv, '$.access'), 0) <> 0
     OR EXISTS (SELECT 1 FROM mysql.roles_mapping AS m
                WHERE m.Host = '' AND (m.User = n.a OR m.Role = n.a))
     OR EXISTS (SELECT 1 FROM mysql.db AS m WHERE m.Host = '' AND m.User = n.a)
     OR EXISTS (SELECT 1 FROM mysql.procs_priv AS m WHERE m.Host = '' AND m.User = n.a)
     OR EXISTS (SELECT 1 FROM mysql.tables_priv AS m WHERE m.Host = '' AND m.User = n.a
                AND (m.Db = DATABASE() OR m.Db IN (SELECT p.a FROM {declared} AS p))));
IF problem IS NOT NULL THEN
{_refuse("these roles have other rights already, or are granted to or from a role: ", "problem")}
END IF;"""


def bookkeeping(system: str, digest: str, principals: Sequence[str]) -> str:
    """Write down what is about to be done, so that the undo can take back any part of it."""
    names = listed([(name,) for name in principals])
    return f"""\
CREATE DATABASE IF NOT EXISTS `{BOOK}` COMMENT = '{BOOK_MARK}';
CREATE TABLE IF NOT EXISTS {POLICY} (
  system VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  digest VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  place VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  whole BOOLEAN NOT NULL
) CHARACTER SET utf8mb4;
CREATE TABLE IF NOT EXISTS {PRINCIPAL} (
  name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY
) CHARACTER SET utf8mb4 COMMENT = 'roles that a policy made';
INSERT INTO {POLICY} VALUES ({literal(system)}, {literal(digest)}, DATABASE(), FALSE);
INSERT INTO {PRINCIPAL} SELECT n.a FROM {names} AS n
  WHERE NOT EXISTS (SELECT 1 FROM mysql.global_priv AS g WHERE g.Host = '' AND g.User = n.a)
    AND NOT EXISTS (SELECT 1 FROM {PRINCIPAL} AS o WHERE o.name = n.a);
COMMIT;"""


def applied(system: str) -> str:
    """The policy is applied whole."""
    return f"UPDATE {POLICY} SET whole = TRUE WHERE system = {literal(system)};\nCOMMIT;"


def is_applied(system: str, digest: str, views: Sequence[tuple[str, str]]) -> str:
    """Refuse to undo what is not applied, and to drop what is not of the policy. `views` are all of them:
    database and name."""
    databases = listed([(name,) for name in dict.fromkeys(name for name, _ in views)])
    return f"""\
SET problem = NULL;
IF {_HAS_BOOK} THEN
  SET problem = (SELECT place FROM {POLICY}
    WHERE system = {literal(system)} AND digest = {literal(digest)});
END IF;
IF problem IS NULL THEN
{_refuse("this policy is not applied here (`amanat`.`policy` says which ones are)")}
END IF;
IF problem <> DATABASE() THEN
{_refuse("this policy is applied in another database: ", "problem")}
END IF;
SET problem = (SELECT GROUP_CONCAT(f.b ORDER BY f.b) FROM {databases} AS p
  JOIN (SELECT TABLE_SCHEMA AS a, TABLE_NAME AS b FROM information_schema.TABLES
        UNION ALL SELECT ROUTINE_SCHEMA, ROUTINE_NAME FROM information_schema.ROUTINES
        UNION ALL SELECT EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS) AS f ON f.a = p.a
  WHERE NOT EXISTS (SELECT 1 FROM {listed([*views])} AS v WHERE v.a = f.a AND v.b = f.b));
IF problem IS NOT NULL THEN
{_refuse("others have put things among the views, and they would be dropped: ", "problem")}
END IF;"""


def closing_book(system: str, principals: Sequence[str]) -> str:
    """Drop the roles that policies made and that can do nothing any more (another system's policy may need
    them), then what was written down."""
    names = listed([(name,) for name in principals])
    nothing_left = "\n      ".join(
        f"AND NOT EXISTS (SELECT 1 FROM mysql.{table} AS g WHERE g.Host = '' AND g.User = n.a)"
        for table in ("tables_priv", "columns_priv", "procs_priv", "db")
    )
    return f"""\
FOR made IN (
    SELECT n.a AS name FROM {names} AS n JOIN {PRINCIPAL} AS o ON o.name = n.a
      WHERE TRUE {nothing_left}
  ) DO
  EXECUTE IMMEDIATE CONCAT('DROP ROLE IF EXISTS `', REPLACE(made.name, '`', '``'), '`');
  DELETE FROM {PRINCIPAL} WHERE name = made.name;
END FOR;
DELETE FROM {POLICY} WHERE system = {literal(system)};
COMMIT;
IF NOT EXISTS (SELECT 1 FROM {POLICY}) AND NOT EXISTS (SELECT 1 FROM {PRINCIPAL}) THEN
  DROP TABLE {POLICY}, {PRINCIPAL};
  IF NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{BOOK}') THEN
    DROP DATABASE `{BOOK}`;
  END IF;
END IF;"""


def taken_back(statements: Sequence[str]) -> str:
    """Statements that take privileges back, some of which may never have been given."""
    lines = "\n".join(f"  {each}" for each in statements)
    return f"BEGIN\n  DECLARE CONTINUE HANDLER FOR 1141, 1147 BEGIN END;  -- no such grant\n{lines}\nEND;"


def make_key(table: str) -> str:
    """A table of one row with the key of hashes. HMAC (RFC 2104) needs the key only as two pads: the key
    filled up to 64 bytes, XOR 0x36 and XOR 0x5c."""

    def pad(digit: str) -> str:
        parts = (
            f"LPAD(HEX(CAST(CONV(SUBSTR(secret, {at * 16 + 1}, 16), 16, 10) AS UNSIGNED) ^ "
            f"CAST(CONV('{digit * 8}', 16, 10) AS UNSIGNED)), 16, '0')"
            for at in range(8)
        )
        return "UNHEX(CONCAT(" + ",\n    ".join(parts) + "))"

    return f"""\
CREATE TABLE {table} (
  one BOOLEAN NOT NULL PRIMARY KEY CHECK (one = 1),
  inner_pad BINARY(64) NOT NULL,
  outer_pad BINARY(64) NOT NULL
);
BEGIN
  DECLARE secret TEXT CHARACTER SET ascii
    DEFAULT COALESCE(NULLIF(@amanat_mask_key, ''), HEX(RANDOM_BYTES(32)));
  IF LENGTH(secret) > 128 THEN
    SET secret = SHA2(UNHEX(secret), 256);
  END IF;
  SET secret = RPAD(secret, 128, '0');
  INSERT INTO {table} VALUES (1, {pad("36")}, {pad("5c")});
  COMMIT;
END;"""


KEY_FITS = f"""\
IF COALESCE(@amanat_mask_key, '') <> '' AND (LENGTH(@amanat_mask_key) < 64 OR LENGTH(@amanat_mask_key) % 2 = 1
    OR CONVERT(@amanat_mask_key USING utf8mb4) NOT REGEXP '(?-imsx)\\A[0-9A-Fa-f]+\\z') THEN
{_refuse("@amanat_mask_key is not 32 bytes or more in hexadecimal digits")}
END IF;"""


def roles(principals: Sequence[str]) -> list[str]:
    """Create the roles that are not there: another system's policy may have made them."""
    return [f"CREATE ROLE IF NOT EXISTS {identifier(name)};" for name in principals]
