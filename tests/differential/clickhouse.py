"""ClickHouse as the comparison asks of it: its own code, run in this process by chdb.

chdb has no place to keep accounts and nobody to log in: it acts as the account `default` of a file. So the
accounts and privileges of a script go into such a file, each as the script writes it, and a session that acts
for a pair is one whose `default` has what the script gives the pair's account. CREATE USER, DROP USER, GRANT and
EXECUTE AS are thus parsed by ClickHouse and not executed; what they give is enforced.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import multiprocessing
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from amanat.model.snapshot import ObservedColumn
from amanat.model.values import Action, Pair
from amanat.policy.targets.granting import principal
from tests.differential.engine import MissingError, Row
from tests.differential.worlds import KEY, LAYOUT, SHOP, Native, World, inserted

if TYPE_CHECKING:
    from chdb.state.sqlitelike import Connection

NATIVE = Native(
    "clickhouse",
    {
        "text": "Nullable(String)",
        "short": "LowCardinality(Nullable(String))",
        "integer": "Nullable(Int32)",
        "decimal": "Nullable(Decimal(18, 2))",
        "float": "Nullable(Float64)",
        "date": "Nullable(Date32)",
        "timestamp": "Nullable(DateTime64(3, 'America/Los_Angeles'))",
        "boolean": "Nullable(Bool)",
    },
)

REFUSED: tuple[str, ...] = (
    "ACCESS_DENIED",
    "UNKNOWN_IDENTIFIER",
    "UNKNOWN_TABLE",
    "UNKNOWN_DATABASE",
    "READONLY",
)
REFUSED += ("NOT_IMPLEMENTED", "NO_SUCH_COLUMN_IN_TABLE")
_COUNTER = itertools.count(1)


class QueryError(Exception):
    """ClickHouse refused a query; `code` is its name for why."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        found = re.findall(r"\(([A-Z_]{5,})\)", text)
        self.code: str = found[-1] if found else ""


@dataclass
class Account:
    """What a script says of an account."""

    bound: str = ""  # the one setting that it has and cannot change
    grants: list[str] = field(default_factory=list)


@dataclass
class Server:
    """A folder for databases, and a process that answers. Each session that ends there leaves megabytes
    behind, so after some of them another process takes its place."""

    folder: Path
    _worker: ProcessPoolExecutor | None = None
    _target: str = ""
    _sessions: int = 0

    def ask(self, target: str, text: str, params: dict[str, str]) -> tuple[str, str]:
        """An answer and a fault."""
        if target != self._target:
            self._target, self._sessions = target, self._sessions + 1
            if self._sessions % 100 == 0:
                self.close()
        if self._worker is None:
            self._worker = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        return self._worker.submit(_asked, target, text, params).result()

    def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            self._worker.shutdown()
            self._worker = None


def _asked(target: str, text: str, params: dict[str, str]) -> tuple[str, str]:
    """An answer and a fault; another target (with another file of accounts) needs another session."""
    import chdb

    connect: Callable[[str], Connection] = chdb.connect
    if target not in _SESSIONS:
        for ended in _SESSIONS.values():
            ended.close()
        _SESSIONS.clear()
        _SESSIONS[target] = connect(target)
    try:
        return str(_SESSIONS[target].query(text, "JSONCompact", params=params)), ""
    except RuntimeError as error:
        return "", str(error)


_SESSIONS: dict[str, Connection] = {}

OWNER = "owner"
IDLE = "idle"


@dataclass
class Database:
    """A folder with data, and the accounts that a policy has made. One session is open at a time."""

    server: Server
    folder: Path
    accounts: dict[str, Account] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)  # name → GRANT; no policy makes any
    _config: str = ""
    _who: str = ""

    def query(self, text: str, who: str = OWNER, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The answer to a query in a session of an account (or of the owner, or of who has nothing)."""
        if self._who != who:
            self._config, self._who = str(self._configured(who)), who
        target = f"file:{self.folder / 'data'}?config-file={self._config}"
        answer, fault = self.server.ask(target, text, dict(params or {}))
        if fault:
            raise QueryError(fault)
        return json.loads(answer) if answer.strip() else {"meta": [], "data": []}

    def rows(self, text: str, who: str = OWNER) -> list[Row]:
        """The rows of a query."""
        return [tuple(row) for row in self.query(text, who)["data"]]

    def run(self, script: str, **params: str) -> None:
        """Run a script as a client does: it stops at the first error."""
        for statement in statements(script):
            if not self._kept(statement):
                self.query(statement, params=params)

    def renew(self) -> None:
        """Let the next session read the accounts anew."""
        self._who = ""

    def _kept(self, statement: str) -> bool:
        """Note what a statement says of accounts, if that is what it does."""
        if not re.match("(CREATE USER|DROP USER|GRANT) ", statement):
            return False
        self.query(f"SELECT formatQuerySingleLine('{escaped(statement)}')")  # ClickHouse reads it
        if granted := re.fullmatch(f"(GRANT .*) TO ({_NAME})", statement):
            self.accounts[unquoted(granted[2])].grants.append(granted[1])
        elif made := re.match(f"CREATE USER ({_NAME})", statement):
            assert unquoted(made[1]) not in self.accounts
            self.accounts[unquoted(made[1])] = Account(_bound(statement))
        elif dropped := re.fullmatch(f"DROP USER IF EXISTS ({_NAME})", statement):
            self.accounts.pop(unquoted(dropped[1]), None)
        else:
            raise AssertionError(f"not understood: {statement}")
        self.renew()  # accounts are read when a session starts
        return True

    def _configured(self, who: str) -> Path:
        nobody = Account()
        users = {"default": nobody if who in (OWNER, IDLE) else self.accounts[who]}
        users |= {name: account for name, account in self.accounts.items() if name == "amanat_definer"}
        number = next(_COUNTER)
        written = self.folder / f"users-{number}.xml"
        shown = "".join(
            _user(name, account, name == "default" and who == OWNER) for name, account in users.items()
        )
        written.write_text(
            f"<clickhouse><profiles><default/>{''.join(map(_profile, BOUND))}</profiles>"
            f"<quotas><default/></quotas><roles>{''.join(_role(*each) for each in self.roles.items())}</roles>"
            f"<users>{shown}</users></clickhouse>",
            encoding="utf-8",
        )
        config = self.folder / f"config-{number}.xml"
        config.write_text(
            f"<clickhouse><users_config>{written}</users_config></clickhouse>", encoding="utf-8"
        )
        return config


BOUND = ("readonly", "apply_deleted_mask")


def _bound(statement: str) -> str:
    found = re.search(r" SETTINGS (\w+) = 1 CONST$", statement)
    assert found or " SETTINGS " not in statement, statement
    return found[1] if found else ""


def _profile(setting: str) -> str:
    kept = f"<constraints><{setting}><readonly/></{setting}></constraints>"
    return f"<bound_{setting}><{setting}>1</{setting}>{kept}</bound_{setting}>"


def _role(name: str, grant: str) -> str:
    return f"<{name}><grants><query>{escape(grant)}</query></grants></{name}>"


def _user(name: str, account: Account, owner: bool) -> str:
    grants = "".join(f"<query>{escape(grant)}</query>" for grant in account.grants or ["GRANT USAGE ON *.*"])
    rights = "<access_management>1</access_management>" if owner else f"<grants>{grants}</grants>"
    profile = f"bound_{account.bound}" if account.bound else "default"
    return (
        f"<{name}><password></password><networks><ip>::/0</ip></networks><profile>{profile}</profile>"
        f"<quota>default</quota>{rights}</{name}>"
    )


_NAME = r"`(?:[^`\\]|\\.)*`"


def unquoted(name: str) -> str:
    """A name as it is, of one in backticks."""
    return re.sub(r"\\(.)", r"\1", name[1:-1])


def escaped(text: str) -> str:
    """A text for between single quotes, written by other code than that of the target."""
    return "".join("\\" + char if char in "\\'" else char for char in text)


def statements(script: str) -> list[str]:
    """The statements of a script. Generated ones end with their line."""
    code = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    return [each.strip() for each in (code + "\n").split(";\n") if each.strip()]


class ClickHouseActing:
    """A session that acts for a pair."""

    def __init__(self, database: Database, who: str) -> None:
        self._database, self._who = database, who

    def rows(self, query: str) -> list[Row]:
        return self._database.rows(query, self._who)

    def worked(self, queries: Sequence[str]) -> set[str]:
        return {query for query in queries if self._answer(query) is not None}

    def columns(self, query: str) -> list[str]:
        answer = self._answer(query)
        return [] if answer is None else [column["name"] for column in answer["meta"]]

    def _answer(self, query: str) -> dict[str, Any] | None:
        try:
            return self._database.query(query, self._who)
        except QueryError as error:
            if error.code not in REFUSED:
                raise
            return None


class ClickHouseEngine:
    """A database with a policy applied."""

    copies = False
    writes: Mapping[Action, str] = {
        Action.CREATE: "INSERT INTO {0} ({1}) SELECT NULL WHERE false",
        Action.UPDATE: "ALTER TABLE {0} UPDATE {1} = NULL WHERE false",
        Action.DELETE: "ALTER TABLE {0} DELETE WHERE false",
    }

    def __init__(self, database: Database) -> None:
        self.database = database
        self._views = set(database.rows("SELECT database, name FROM system.tables WHERE engine = 'View'"))
        self._seen: dict[str, list[Row]] = {}

    def identifier(self, *names: str) -> str:
        return ".".join('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' for name in names)

    def text(self, expression: str) -> str:
        return f"toString({expression})"

    def value(self, text: str, column: ObservedColumn) -> object:
        kind = re.sub(r"^(LowCardinality\()?Nullable\(", "", column.type or "").split("(")[0].rstrip(")")
        if kind == "Int32":
            return int(text)
        if kind == "Decimal":
            return Decimal(text)
        if kind == "Float64":
            return float(text)
        if kind == "Date32":
            return date.fromisoformat(text)
        if kind == "DateTime64":
            return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Los_Angeles"))
        return object() if kind == "Bool" else text

    def base(self, table: str) -> str:
        return self.identifier("default", table)

    def shown(self, pair: Pair, table: str) -> str:
        return (
            self.identifier(principal(pair), table)
            if (principal(pair), table) in self._views
            else self.base(table)
        )

    def aliases(self, pair: Pair, table: str) -> list[str]:
        return [self.base(table), self.identifier(principal(pair), table)]

    def rows(self, query: str) -> list[Row]:
        # Sessions take turns, which costs more than the query; and nothing changes the rows.
        if query not in self._seen:
            self._seen[query] = self.database.rows(query)
        return self._seen[query]

    @contextmanager
    def acting(self, pair: Pair | None, also: Sequence[Pair] = ()) -> Iterator[ClickHouseActing | None]:
        """Whoever may act for others too acts as one account at a time: there is nothing to unite."""
        if pair is not None and principal(pair) not in self.database.accounts:
            yield None
            return
        yield ClickHouseActing(self.database, principal(pair) if pair else IDLE)

    def add_column(self, table: str, column: str) -> None:
        name = self.identifier(column)
        self.database.query(
            f"ALTER TABLE {self.base(table)} ADD COLUMN {name} Nullable(String) DEFAULT 'dear diary'"
        )


@contextmanager
def server() -> Iterator[Server]:
    """A process in which ClickHouse runs."""
    if importlib.util.find_spec("chdb") is None:
        raise MissingError("chdb is missing, so no ClickHouse ran: install the extra `clickhouse`")
    with tempfile.TemporaryDirectory(prefix="amanat-clickhouse-") as folder:
        started = Server(Path(folder))
        try:
            yield started
        finally:
            started.close()


def database(started: Server) -> Database:
    """An empty database."""
    folder = started.folder / str(next(_COUNTER))
    folder.mkdir()
    return Database(started, folder)


@contextmanager
def opened(started: Server, world: World, files: Mapping[str, str]) -> Iterator[ClickHouseEngine]:
    """A database with the rows and the policy of a world."""
    made = database(started)
    for table, names, rows in inserted(world):
        types = [f'"{name}" {NATIVE.types[LAYOUT[table][name].kind]}' for name in names]
        made.query(f'CREATE TABLE "{table}" ({", ".join(types)}) ENGINE = MergeTree ORDER BY tuple()')
        values = ", ".join(f"({', '.join(map(written, row))})" for row in rows)
        made.query(f'INSERT INTO "{table}" VALUES {values}')
    script = files.get(f"policy/clickhouse/{SHOP}.sql")
    if script:
        made.run(script, amanat_mask_key=KEY.hex())
    yield ClickHouseEngine(made)


def written(value: object) -> str:
    """A value in SQL."""
    if value is None:
        return "NULL"
    return f"'{escaped(value)}'" if isinstance(value, str) else str(value)
