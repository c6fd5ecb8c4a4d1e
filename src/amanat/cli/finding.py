"""The columns of a system, from wherever a person has them: a live database, or a file that describes it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from amanat.cli.starting import Found
from amanat.conflicts.native import DIALECTS
from amanat.errors import UsageError
from amanat.load.entries import ID
from amanat.observe.column import Column, Unread

_NATIVE = {"postgresql": "postgresql", "postgres": "postgresql", "mariadb": "mariadb", "duckdb": "duckdb"}
"""Schemes of engines whose catalog is asked by a query of ours; what others say is reflected."""


def found_in(
    system: str,
    engine: str | None,
    ddl: Path | None,
    odcs: Path | None,
    dbt: Path | None,
    variable: str | None,
) -> Found | None:
    """What was found, None where nothing was named. Raises `UsageError` where two sources are named, one
    cannot be read, or it has no column; `EnvironmentFault` where a database does not answer."""
    named = [source for source in (ddl, odcs, dbt, variable) if source is not None]
    if not named:
        return None
    if len(named) > 1:
        raise UsageError("two sources of columns are named", hint="give one of the --from options")
    if ID.fullmatch(system) is None:
        raise UsageError(f"`{system}` is not an id", hint="give --system, such as shop")
    if engine is not None and engine not in DIALECTS:
        raise UsageError(f"`{engine}` is no engine that amanat knows", hint=f"one of {', '.join(DIALECTS)}")
    if ddl is not None:
        return _of_ddl(ddl, engine)
    if odcs is not None:
        return _of_contract(odcs, engine)
    return _of_dbt(dbt, engine) if dbt is not None else _of_database(system, str(variable))


KINDS = ("ddl", "odcs", "dbt", "json-schema", "openapi", "avro", "parquet", "csv")
"""What a file that describes a system may be."""
_SUFFIXES = {
    ".sql": "ddl",
    ".ddl": "ddl",
    ".avsc": "avro",
    ".avro": "avro",
    ".parquet": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
}


def of_file(file: Path, kind: str | None, engine: str | None) -> Found:
    """The columns that a file tells; what it is shows in its name and content where `kind` does not say it.
    Raises `UsageError` where it cannot be read as that, or has no column."""
    kind = kind or _kind_of(file)
    if kind == "ddl":
        return _of_ddl(file, engine)
    if kind == "odcs":
        return _of_contract(file, engine)
    if kind == "dbt":
        return _of_dbt(file, engine)
    return _of_rows(file, kind, engine) if kind in ("parquet", "csv") else _of_shape(file, kind, engine)


def _kind_of(file: Path) -> str:
    if file.is_dir():
        return "dbt"
    if file.suffix.lower() in _SUFFIXES:
        return _SUFFIXES[file.suffix.lower()]
    data = data_of(file) if file.suffix.lower() in (".json", ".yaml", ".yml") else None
    if isinstance(data, dict):
        for key, kind in (("nodes", "dbt"), ("openapi", "openapi"), ("swagger", "openapi")):
            if key in data:
                return kind
        if data.get("kind") == "DataContract":
            return "odcs"
        if data.get("type") == "record":
            return "avro"
        if "$schema" in data or "properties" in data or "$defs" in data:
            return "json-schema"
    raise UsageError(
        f"what `{file}` is does not show in its name or content", hint=f"give --kind: {', '.join(KINDS)}"
    )


def _of_shape(file: Path, kind: str, engine: str | None) -> Found:
    from amanat.observe.shapes import of_avro, of_json_schema, of_openapi

    try:
        if kind == "avro":
            found = of_avro(_container(file) if file.suffix == ".avro" else json.loads(text_of(file)))
        elif kind == "openapi":
            found = of_openapi(data_of(file))
        else:
            found = of_json_schema(data_of(file), file.name.partition(".")[0])
    except (Unread, ValueError, RecursionError) as error:
        raise UsageError(f"`{file}` cannot be read as {_NAMES[kind]}: {error}", hint="see --kind") from None
    note = f"Columns as {_NAMES[kind]} describes them; no database was read."
    return Found(
        _some(found, f"`{file}` describes no object", "give one with properties"), engine, "import", note
    )


_NAMES = {"avro": "an Avro schema", "openapi": "an OpenAPI description", "json-schema": "a JSON Schema"}


def _container(file: Path) -> object:
    """The schema inside an Avro file of rows."""
    try:
        import fastavro
    except ImportError:
        raise UsageError(
            "reading an Avro file of rows needs fastavro, which is not installed",
            hint="install the extra `scan`: pip install 'amanat[scan]', or give the schema (.avsc)",
        ) from None
    try:
        with file.open("rb") as rows:
            schema: object = fastavro.reader(rows).writer_schema
    except OSError as error:
        raise UsageError(f"`{file}` cannot be read: {error.strerror}", hint="see the path") from None
    return schema


def _of_rows(file: Path, kind: str, engine: str | None) -> Found:
    from amanat.observe.tabular import columns

    if not file.is_file():
        raise UsageError(f"`{file}` cannot be read: there is no such file", hint="see the path")
    try:
        found = columns(file, kind)
    except ImportError:
        raise UsageError(
            f"reading {kind} needs DuckDB, which is not installed",
            hint="install the extra `parquet`: pip install 'amanat[parquet]'",
        ) from None
    except Unread as error:
        raise UsageError(f"`{file}` cannot be read as {kind}: {error}", hint="see --kind") from None
    note = f"Columns of a file of rows ({kind}) as DuckDB reads them; no row was kept."
    return Found(_some(found, f"`{file}` has no column", "see the file"), engine, "import", note)


def _of_ddl(file: Path, engine: str | None) -> Found:
    from amanat.observe.ddl import columns

    dialect = DIALECTS[engine] if engine is not None else None
    try:
        found = columns(text_of(file), dialect)
    except Unread as error:
        raise UsageError(f"`{file}` cannot be read: {error}", hint="see --engine") from None
    note = (
        f"Columns of CREATE TABLE statements ({dialect or 'standard SQL'}); no database was read. "
        "Types and defaults are spelled by sqlglot."
    )
    return Found(
        _some(found, f"`{file}` creates no table", "give a file of CREATE TABLE statements"),
        engine,
        "import",
        note,
    )


def _of_contract(file: Path, engine: str | None) -> Found:
    from amanat.observe.contracts import engine_of, of_contract

    try:
        data = data_of(file)
        found = of_contract(data)
    except Unread as error:
        raise UsageError(f"`{file}` is no data contract: {error}", hint="give a contract of ODCS 3") from None
    note = "Columns of a data contract (ODCS); no database was read."
    return Found(
        _some(found, f"`{file}` has no property", "give a contract with a schema"),
        engine or engine_of(data, DIALECTS),
        "import",
        note,
    )


def _of_dbt(path: Path, engine: str | None) -> Found:
    from amanat.observe.contracts import of_manifest, of_properties

    manifest = path / "target/manifest.json" if path.is_dir() else path
    try:
        if manifest.is_file() or not path.is_dir():
            found = of_manifest(data_of(manifest))
            note = f"Columns of a dbt project, from {manifest.name}; no database was read."
        else:
            files = sorted(
                file for end in ("*.yml", "*.yaml") for file in path.rglob(end) if _is_own(file, path)
            )
            found = of_properties([data_of(file) for file in files])
            note = "Columns of a dbt project, from its property files; no database was read."
    except Unread as error:
        raise UsageError(
            f"`{path}` is no dbt project: {error}", hint="give its folder or manifest.json"
        ) from None
    hint = "document columns there, or run `dbt parse` for a manifest"
    return Found(_some(found, f"`{path}` documents no column", hint), engine, "import", note)


def _is_own(file: Path, root: Path) -> bool:
    """Whether a file is the project's own: not of a package it uses, nor made by dbt."""
    above = file.relative_to(root).parts[:-1]
    return not {"dbt_packages", "target", "logs", ".venv"} & set(above)


def _of_database(system: str, variable: str) -> Found:
    if _VARIABLE.fullmatch(variable) is None:  # most likely the URL itself, with its password
        raise UsageError(
            "what --from-url-env was given is not the name of an environment variable",
            hint="put the URL into one, and give its name: --from-url-env SHOP_URL",
        )
    url = os.environ.get(variable, "")
    if not url:
        raise UsageError(
            f"the environment variable {variable} is not set",
            hint=f"set {variable} to the URL of a user that may look; nothing is changed",
        )
    return of_url(system, variable, url)._replace(url_env=variable if variable.isupper() else None)


_VARIABLE = re.compile("[A-Za-z_][A-Za-z0-9_]*")


def of_url(
    system: str, variable: str, url: str, *, views: bool = False, schemas: Sequence[str] = ()
) -> Found:
    """The columns of a live database. `variable` held its URL, "" where `--url` did. Raises `UsageError` for
    a URL that is none, `EnvironmentFault` where the database does not answer."""
    from amanat.connect import duckdb, mariadb, postgresql, reflected
    from amanat.connect.held import held_in
    from amanat.observe import live

    scheme, colon, _ = url.partition("://")
    # What names no scheme may be PostgreSQL's own form, `host=… dbname=…`.
    engine = scheme.partition("+")[0] if colon else "postgresql" if "=" in url else ""
    if not engine:
        raise UsageError(
            f"{held_in(variable)} holds no URL of a database",
            hint="write it as postgresql://user:password@host:port/database",
        )
    partial: tuple[tuple[str, str], ...] = ()
    native = _NATIVE.get(engine)
    if native == "postgresql":
        with postgresql.connected(system, variable, url) as postgres:
            found, server = live.columns(native, postgres.rows, views), f"PostgreSQL {postgres.version}"
    elif native == "mariadb":
        with mariadb.connected(system, variable, url) as maria:
            found, server = live.columns(native, maria.rows, views), maria.server
    elif native == "duckdb":
        with duckdb.connected(system, variable, url) as duck:
            found, server = live.columns(native, duck.rows, views), duck.server
    else:
        with reflected.connected(system, variable, url) as session:
            found = live.reflected(session.columns(schemas), session.engine, views)
            engine, server = session.engine, session.server
            partial = tuple(session.failed)
    if schemas and native is not None:
        found = [one for one in found if one.table.rpartition(".")[0] in schemas]
    native = native or engine
    note = f"Columns as the catalog of the database ({native}) tells them; no row of a table was read."
    if not partial:
        _some(found, "the user sees no table in the database", "grant it USAGE on the schemas")
    return Found(found, native, "scan", note, server, partial)


def _some(found: list[Column], nothing: str, hint: str) -> list[Column]:
    if not found:
        raise UsageError(nothing, hint=hint)
    return found


def data_of(file: Path) -> Any:
    """The content of a file in JSON or YAML. Raises `UsageError` with the place of its first fault."""
    text = text_of(file)
    if file.suffix == ".json":
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"`{file}` is not JSON: {error}") from None
    from amanat.load.yamlread import parse

    parsed = parse(text, file.name)
    if not parsed.readable:
        raise UsageError(f"`{file}`{_first(parsed.findings)}")
    return parsed.data


def _first(findings: Iterable[Any]) -> str:
    for finding in findings:
        at = f":{finding.span.line}:{finding.span.column}" if finding.span else ""
        return f"{at}: {finding.message}"
    return " cannot be read"


def text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"`{file}` cannot be read: {words}", hint="see the path") from None
