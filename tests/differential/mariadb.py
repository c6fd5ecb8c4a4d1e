"""Helpers around a MariaDB under test: a server of its own, databases, tables made from snapshots, sessions."""

from __future__ import annotations

import importlib.util
import itertools
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import Action, Pair
from amanat.policy.targets.granting import principal
from tests.differential.engine import MissingError, Row
from tests.differential.worlds import KEY, SHOP, Native, World, inserted

if TYPE_CHECKING:
    import pymysql

_COUNTER = itertools.count(1)
ZONE = "-08:00"
"""The zone of all sessions: what UTC sees has to be shown by it all the same."""
REFUSED = (1044, 1046, 1049, 1054, 1142, 1143, 1146, 1288, 1347, 1348, 1356, 1370, 1471)
"""Errors of who may not do something, or does not find it."""
STANDING = ("information_schema", "mysql", "performance_schema", "sys")
_FOUND = re.compile("SELECT 1 FROM (.+) WHERE (`.+`) IS NOT NULL")
NATIVE = Native(
    "mariadb",
    {
        "text": "text",
        "short": "varchar(20)",
        "integer": "int",
        "decimal": "decimal(18,2)",
        "float": "double",
        "date": "date",
        "timestamp": "timestamp",
        "boolean": "tinyint(1)",
    },
)


class ScriptError(Exception):
    """The client stopped at an error; the text is its message."""


@dataclass
class Server:
    """A running server; `socket` is where it listens."""

    socket: Path

    def connect(self, user: str = "root", zone: str = ZONE) -> pymysql.connections.Connection[Any]:
        """A session that commits by itself, with the default settings of a client."""
        import pymysql

        connection = pymysql.connect(
            unix_socket=str(self.socket),
            user=user,
            autocommit=True,
            charset="utf8mb4",
            conv=pymysql.converters.encoders,
        )
        with connection.cursor() as cursor:
            cursor.execute("SET time_zone = %s", [zone])
        return connection


class Acting:
    """A session that acts for a pair, or for nobody."""

    def __init__(self, connection: pymysql.connections.Connection[Any]) -> None:
        self.connection = connection

    def rows(self, query: str) -> list[Row]:
        """The rows; a condition of the reader's own is asked about no others."""
        found = self.ask(query)
        if " AS t" in query and found:
            self.ask("SET @asked = 0")
            self.ask(query + " WHERE (@asked := @asked + 1) IS NOT NULL")
            ((asked,),) = self.ask("SELECT @asked")
            assert int(asked) == len(found), "a reader's condition is asked about rows that are not shown"
        return found

    def ask(self, query: str) -> list[Row]:
        """The rows of a query as text."""
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return [tuple(_shown(each) for each in row) for row in cursor.fetchall()]

    def refused(self, query: str) -> bool:
        """Whether the server refuses a query."""
        import pymysql

        try:
            self.ask(query)
        except (pymysql.err.OperationalError, pymysql.err.ProgrammingError) as error:
            if error.args[0] not in REFUSED:
                raise
            return True
        return False

    def worked(self, queries: Sequence[str]) -> set[str]:
        return {query for query in queries if not (self.refused(query) and self._joined(query))}

    def _joined(self, query: str) -> bool:
        """Whether the column by which a query finds rows cannot be joined by either: a join by its name asks
        for no privilege to read it."""
        asked = _FOUND.fullmatch(query)
        if asked is None:
            return True
        join = "{0} AS t JOIN (SELECT NULL AS {1}) AS g USING ({1})".format(asked[1], asked[2])
        return self.refused(f"SELECT 1 FROM {join}") and self.refused(
            f"UPDATE {join} SET t.{asked[2]} = NULL"
        )

    def columns(self, query: str) -> list[str]:
        if self.refused(query):
            return []
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return [column[0] for column in cursor.description or ()]


def _shown(value: object) -> object:
    return value.decode() if isinstance(value, bytes) else value


@dataclass
class Database:
    """The database of a system, and the server around it, as root sees them."""

    server: Server
    name: str
    root: Acting

    @classmethod
    def create(cls, server: Server) -> Database:
        """Create an empty database; its texts are compared as MariaDB does by default."""
        name = f"test_{next(_COUNTER)}"
        root = Acting(server.connect())
        root.ask(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
        root.ask(f"USE {name}")
        return cls(server, name, root)

    def run(self, script: str, *, key: bytes = b"", force: bool = False) -> None:
        """Run a script as people do. Raises `ScriptError` where the client stops."""
        given = f"SET @amanat_mask_key = '{key.hex()}';\n" if key else ""
        command = ["mariadb", "--no-defaults", f"--socket={self.server.socket}", "--user=root"]
        done = subprocess.run(
            [*command, *(["--force"] if force else []), self.name],
            input=(given + script).encode(),
            capture_output=True,
            check=False,
        )
        if done.returncode or done.stderr:
            # the client repeats the statement before its error
            lines = done.stderr.decode(errors="replace").split("\n")
            raise ScriptError("\n".join(line for line in lines if line.startswith("ERROR")) or lines)

    @contextmanager
    def acting(self, role: str | None, also: Sequence[str] = (), zone: str = ZONE) -> Iterator[Acting]:
        """A session of a new account that holds the role and others (`also`), with the role enabled."""
        person = f"person_{next(_COUNTER)}"
        self.root.ask(f"CREATE USER {person}")
        for name in (*([role] if role else []), *also):
            self.root.ask(f"GRANT {quoted(name)} TO {person}")
        with self.server.connect(person, zone) as connection:
            session = Acting(connection)
            if role:
                session.ask(f"SET ROLE {quoted(role)}")
            yield session

    def principals(self) -> list[str]:
        """The roles of pairs."""
        found = self.root.ask("SELECT User FROM mysql.global_priv WHERE Host = '' AND User LIKE '%\\_\\_%'")
        return sorted(str(name) for (name,) in found)

    def drop(self) -> None:
        """Drop every database and account but those of the server itself."""
        self.root.connection.close()
        with self.server.connect() as connection:
            root = Acting(connection)
            for (name,) in root.ask("SHOW DATABASES"):
                if name not in STANDING:
                    root.ask(f"DROP DATABASE {quoted(str(name))}")
            accounts = root.ask(
                "SELECT User, Host FROM mysql.global_priv WHERE User NOT IN ('root', 'mariadb.sys')"
            )
            for user, host in accounts:
                if user == "PUBLIC":
                    root.ask("REVOKE ALL PRIVILEGES, GRANT OPTION FROM PUBLIC")
                elif host:
                    root.ask(f"DROP USER {quoted(str(user))}@{quoted(str(host))}")
                else:
                    root.ask(f"DROP ROLE {quoted(str(user))}")
            for table in ("tables_priv", "columns_priv", "db"):
                root.ask(f"DELETE FROM mysql.{table} WHERE User NOT IN ('mariadb.sys')")
            root.ask("FLUSH PRIVILEGES")


def quoted(*names: str) -> str:
    """A name in backticks, by other code than the target's."""
    return ".".join("`" + name.replace("`", "``") + "`" for name in names)


class MariaEngine:
    """A database with a policy applied, as the comparison asks of it."""

    copies = False
    writes: Mapping[Action, str] = {
        Action.CREATE: "INSERT INTO {0} ({1}) SELECT NULL FROM DUAL WHERE FALSE",
        Action.UPDATE: "UPDATE {0} SET {1} = NULL WHERE FALSE",
        Action.DELETE: "DELETE FROM {0} WHERE FALSE",
    }

    def __init__(self, database: Database, system: str = SHOP, force: bool = False) -> None:
        self.database, self._system = database, system
        self._views = {
            (str(place), str(name))
            for place, name in database.root.ask(
                "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA <> 'sys'"
            )
        }
        self._roles = set(database.principals())

    def identifier(self, *names: str) -> str:
        return quoted(*names)

    def text(self, expression: str) -> str:
        return f"CONVERT({expression} USING utf8mb4)"

    def value(self, text: str, column: ObservedColumn) -> object:
        kind = word(column)
        if kind in ("int", "bigint", "smallint", "mediumint", "integer", "serial"):
            return int(text)
        if kind in ("decimal", "numeric"):
            return Decimal(text)
        if kind in ("double", "float"):
            return float(text)
        if kind == "date":
            return date.fromisoformat(text)
        if kind in ("timestamp", "datetime"):
            return datetime.fromisoformat(text + ZONE if kind == "timestamp" else text)
        if kind == "tinyint" and "(1)" not in (column.type or ""):
            return int(text)
        return object() if kind in ("tinyint", "time", "bool", "boolean", "blob", "json", "inet6") else text

    def base(self, table: str) -> str:
        schema, _, plain = table.rpartition(".")
        return quoted(schema or self.database.name, plain)

    def _view(self, pair: Pair) -> str:
        return f"{self._system}__{principal(pair)}"

    def shown(self, pair: Pair, table: str) -> str:
        found = (self._view(pair), table) in self._views
        return quoted(self._view(pair), table) if found else self.base(table)

    def aliases(self, pair: Pair, table: str) -> list[str]:
        found = (self._view(pair), table) in self._views
        return [self.base(table), *([quoted(self._view(pair), table)] if found else [])]

    def rows(self, query: str) -> list[Row]:
        return self.database.root.ask(query)

    @contextmanager
    def acting(self, pair: Pair | None, also: Sequence[Pair] = ()) -> Iterator[Acting | None]:
        names = [principal(each) for each in also if principal(each) in self._roles]
        if pair is not None and principal(pair) not in self._roles:
            yield None
            return
        with self.database.acting(principal(pair) if pair else None, names) as session:
            yield session

    def add_column(self, table: str, column: str) -> None:
        self.database.root.ask(
            f"ALTER TABLE {self.base(table)} ADD COLUMN {quoted(column)} VARCHAR(20) DEFAULT 'dear diary'"
        )


def word(column: ObservedColumn) -> str:
    """The first word of a column's type."""
    return re.split(r"[ (]", column.type or "text", maxsplit=1)[0].lower()


def create_tables(database: Database, snapshot: Snapshot) -> None:
    """Create every table of a snapshot with its observed types."""
    tables: dict[str, list[str]] = {}
    for column in snapshot.columns.values():
        kind = column.type or "text"
        if column.length is not None and word(column) in ("varchar", "char", "binary", "varbinary"):
            kind = f"{kind}({column.length})" if "(" not in kind else kind
        if column.scale is not None and "(" not in kind:
            kind = f"{kind}({column.precision},{column.scale})"
        null = "" if kind == "serial" else " NULL"
        tables.setdefault(column.table, []).append(f"{quoted(column.column)} {kind}{null}")
    for table, columns in sorted(tables.items()):
        schema, _, name = table.rpartition(".")
        if schema:
            database.root.ask(f"CREATE DATABASE IF NOT EXISTS {quoted(schema)} CHARACTER SET utf8mb4")
        database.root.ask(f"CREATE TABLE {quoted(schema or database.name, name)} ({', '.join(columns)})")


def insert(database: Database, table: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Put rows into a table."""
    schema, _, plain = table.rpartition(".")
    columns, values = ", ".join(map(quoted, names)).replace("%", "%%"), ", ".join(["%s"] * len(names))
    with database.root.connection.cursor() as cursor:
        statement = f"INSERT INTO {quoted(schema or database.name, plain)} ({columns}) VALUES ({values})"
        cursor.executemany(statement, [[_put(value) for value in row] for row in rows])


SAMPLES: Mapping[str, tuple[object, ...]] = {
    "int": (0, 17, -17, 2147483647, -2147483648, None),
    "bigint": (0, 29, -1, 9223372036854775807, -9223372036854775808, None),
    "decimal": ("0.00", "19.99", "-0.01", "12345678901234567890123456789.50", None),
    "double": (0, 19.99, -0.01, 1e300, 9.999999999999998, None),
    "tinyint": (1, 0, None),
    "date": ("1985-03-21", "9999-12-31", "0001-01-01", None),
    "timestamp": ("1985-03-21 23:30:00", "2024-12-31 23:59:59", None),
    "json": ('{"a": 1}', "[]", None),
    "inet6": ("::ffff:10.0.0.1", "2001:db8::1", None),
    "blob": ("a", "", None),
    "datetime": ("1985-03-21 23:30:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59", None),
    "smallint": (0, 7, 100, None),
    "mediumint": (0, 7, 100, None),
    "time": ("10:00:00", None),
    "float": (0, 19.5, 1.5, None),
}
TEXTS = (
    "anna.schmidt@shop.example",
    "",
    "O'Brien; DROP TABLE x; --",
    "🙂🙃 emoji",
    'e\u0301a\u0301 \\ "x"',
    "نشانی\u200cها ۱۲۳",
    None,
)


def fill(
    database: Database, snapshot: Snapshot, rows: int, given: Mapping[str, Sequence[object]] | None = None
) -> None:
    """Put rows into every table; `given` fixes the values of a column (`table.column`), row by row."""
    tables: dict[str, list[ObservedColumn]] = {}
    for column in snapshot.columns.values():
        tables.setdefault(column.table, []).append(column)
    for table, columns in sorted(tables.items()):
        made = [
            [_sample(column, at, turn, given or {}) for at, column in enumerate(columns)]
            for turn in range(rows)
        ]
        insert(database, table, [column.column for column in columns], made)


def _sample(column: ObservedColumn, at: int, turn: int, given: Mapping[str, Sequence[object]]) -> object:
    fixed = given.get(f"{column.table}.{column.column}")
    if fixed:
        return fixed[turn % len(fixed)]
    kind = word(column)
    if kind == "serial":
        return turn + 1
    options = SAMPLES.get(_ALIKE.get(kind, kind), TEXTS)
    value = options[(turn + at) % len(options)]
    if "unsigned" in (column.type or "") and isinstance(value, int):
        return abs(value) % 100
    if kind in ("decimal", "numeric") and "40" not in (column.type or "") and value:
        return "19.99"
    # a text of the table may be longer than the column
    length = column.length or int((re.search(r"char[(]([0-9]+)", column.type or "") or [0, 999])[1])
    return value[:length].rstrip() if options is TEXTS and isinstance(value, str) else value


_ALIKE = {"integer": "int", "numeric": "decimal", "bool": "tinyint", "boolean": "tinyint", "type": "text"}
_ALIKE |= {"binary": "blob", "varbinary": "blob"}


def _put(value: object) -> object:
    return int(value) if isinstance(value, bool) else value


def privileges(database: Database) -> set[Row]:
    """Every privilege that somebody holds, every role and who holds it, every database and view."""
    return {
        (table, *row)
        for table, query in {
            "user": "SELECT GRANTEE, '', '', '', PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES",
            "schema": "SELECT GRANTEE, TABLE_SCHEMA, '', '', PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES",
            "table": "SELECT GRANTEE, TABLE_SCHEMA, TABLE_NAME, '', PRIVILEGE_TYPE FROM information_schema.TABLE_PRIVILEGES",
            "column": "SELECT GRANTEE, TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, PRIVILEGE_TYPE FROM information_schema.COLUMN_PRIVILEGES",
            "raw table": "SELECT User, Host, Db, Table_name, Table_priv, Column_priv FROM mysql.tables_priv",
            "raw column": "SELECT User, Host, Db, Table_name, Column_name, Column_priv FROM mysql.columns_priv",
            "account": "SELECT User, Host, Priv FROM mysql.global_priv",
            "role": "SELECT User, Host, Role, Admin_option FROM mysql.roles_mapping",
            "relation": "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES",
            "database": "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA",
        }.items()
        for row in database.root.ask(query)
    }


def server() -> AbstractContextManager[Server]:
    """A fresh server, reached by a socket only. Raises `MissingError` where it is not installed."""
    if importlib.util.find_spec("pymysql") is None:
        raise MissingError("pymysql is missing: install the extra `test`")
    if not shutil.which("mariadbd") or not shutil.which("mariadb-install-db"):
        raise MissingError("MariaDB is missing, so no policy was run: install Debian's mariadb-server")
    return _running()


@contextmanager
def _running() -> Iterator[Server]:
    import pymysql

    folder = Path(tempfile.mkdtemp(prefix="amanat-mariadb-"))
    common = ["--no-defaults", "--user=root", f"--datadir={folder / 'data'}"]
    subprocess.run(
        ["mariadb-install-db", *common, "--skip-test-db", "--auth-root-authentication-method=normal"],
        check=True,
        capture_output=True,
    )
    socket = folder / "socket"
    process = subprocess.Popen(
        [
            "mariadbd",
            *common,
            f"--socket={socket}",
            f"--tmpdir={folder}",  # a server that starts takes away what others keep in theirs
            "--skip-networking",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--sync-frm=OFF",
            "--innodb-buffer-pool-size=32M",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        started = Server(socket)
        for _ in range(300):
            try:
                started.connect().close()
                break
            except pymysql.err.OperationalError:
                time.sleep(0.1)
        else:
            raise RuntimeError("MariaDB does not start")
        yield started
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(started: Server, world: World, files: Mapping[str, str]) -> Iterator[MariaEngine]:
    """A database with the rows and the policy of a world."""
    database = Database.create(started)
    try:
        create_tables(database, world.catalog.snapshots[SHOP])
        for table, names, rows in inserted(world):
            insert(database, table, names, rows)
        script = files.get("policy/mariadb/shop.sql")
        if script:
            database.run(script, key=KEY)
        yield MariaEngine(database)
    finally:
        database.drop()
