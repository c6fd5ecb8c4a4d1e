"""The columns that a new catalog begins with, from wherever the person has them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from amanat.cli.starting import Found
from amanat.conflicts.native import DIALECTS
from amanat.errors import UsageError
from amanat.load.entries import ID
from amanat.observe.column import Column, Unread

_SCHEMES = {"postgresql": "postgresql", "postgres": "postgresql", "mysql": "mariadb", "mariadb": "mariadb"}


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


def _of_ddl(file: Path, engine: str | None) -> Found:
    from amanat.observe.ddl import columns

    dialect = DIALECTS[engine] if engine is not None else None
    try:
        found = columns(_text(file), dialect)
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
    from amanat.observe.contracts import of_contract

    try:
        found = of_contract(_data(file))
    except Unread as error:
        raise UsageError(f"`{file}` is no data contract: {error}", hint="give a contract of ODCS 3") from None
    note = "Columns of a data contract (ODCS); no database was read."
    return Found(
        _some(found, f"`{file}` has no property", "give a contract with a schema"), engine, "import", note
    )


def _of_dbt(path: Path, engine: str | None) -> Found:
    from amanat.observe.contracts import of_manifest, of_properties

    manifest = path / "target/manifest.json" if path.is_dir() else path
    try:
        if manifest.is_file() or not path.is_dir():
            found = of_manifest(_data(manifest))
            note = f"Columns of a dbt project, from {manifest.name}; no database was read."
        else:
            files = sorted(
                file for end in ("*.yml", "*.yaml") for file in path.rglob(end) if _is_own(file, path)
            )
            found = of_properties([_data(file) for file in files])
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
    from amanat.connect import mariadb, postgresql
    from amanat.observe.live import columns

    url = os.environ.get(variable, "")
    if not url:
        raise UsageError(
            f"the environment variable {variable} is not set",
            hint=f"set {variable} to the URL of a user that may look; nothing is changed",
        )
    scheme, colon, _ = url.partition("://")
    # What names no scheme may be PostgreSQL's own form, `host=… dbname=…`.
    engine = _SCHEMES.get(scheme.partition("+")[0]) if colon else "postgresql" if "=" in url else None
    if engine is None:
        raise UsageError(
            f"the environment variable {variable} holds no URL of a PostgreSQL or MariaDB",
            hint="write it as postgresql://user:password@host:port/database",
        )
    if engine == "postgresql":
        with postgresql.connected(system, variable, url) as postgres:
            found = columns(engine, postgres.rows)
    else:
        with mariadb.connected(system, variable, url) as maria:
            found = columns(engine, maria.rows)
    note = f"Columns as the catalog of the database ({engine}) tells them; no row of a table was read."
    return Found(
        _some(found, "the user sees no table in the database", "grant it USAGE on the schemas"),
        engine,
        "scan",
        note,
    )


def _some(found: list[Column], nothing: str, hint: str) -> list[Column]:
    if not found:
        raise UsageError(nothing, hint=hint)
    return found


def _data(file: Path) -> Any:
    """The content of a file in JSON or YAML. Raises `UsageError` with the place of its first fault."""
    text = _text(file)
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


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"`{file}` cannot be read: {words}", hint="see the path") from None
