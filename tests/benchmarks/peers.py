"""Other tools on the same fields: each in an environment of its own, on files in its own language.

check-jsonschema and yamllint read the catalog's own files. For the others the same fields are written as they
want them: dbt sources with columns, one data contract (ODCS), datasets of fideslang; each with label,
definition, owner, type and classification, so that they have less to read than amanat.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.generate import FIELDS_IN_A_FILE, OWNERS, Made, made

_FIDES = """\
import sys, yaml
from pathlib import Path
from fideslang.models import Dataset
for file in sorted(Path(sys.argv[1]).glob("*.yml")):
    for one in yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)["dataset"]:
        Dataset(**one)
"""
_DBT_PROJECT = "name: peers\nversion: '1.0'\nprofile: peers\nmodel-paths: [models]\n"
_DBT_PROFILE = "peers: {target: dev, outputs: {dev: {type: duckdb, path: ':memory:'}}}\n"


class Peer(NamedTuple):
    """A tool: what is installed for it, what it reads, and how it is called on that."""

    name: str
    packages: tuple[str, ...]
    write: Callable[[Path, int], None] | None
    """Writes what it reads; None where that is the catalog itself."""
    command: Callable[[Path, Path], Sequence[str]]
    """From the folder of its programs and what it reads."""


def _each(fields: int) -> Iterator[tuple[int, list[Made]]]:
    """The fields in the groups in which they stand in files."""
    for number, group in groupby(range(fields), lambda n: n // FIELDS_IN_A_FILE):
        yield number, [made(n) for n in group]


def _texts(field: Made) -> tuple[str, str, str]:
    label = f"{field.attribute.en} of the {field.entity.en}, {field.setting.en}, in {field.market.en}"
    owner = OWNERS[field.number // FIELDS_IN_A_FILE % len(OWNERS)]
    return label, field.attribute.means_en.format(e=field.entity.en), owner


def _write_dbt(folder: Path, fields: int) -> None:
    (folder / "models").mkdir(parents=True, exist_ok=True)
    (folder / "dbt_project.yml").write_text(_DBT_PROJECT, encoding="utf-8")
    (folder / "profiles.yml").write_text(_DBT_PROFILE, encoding="utf-8")
    for number, group in _each(fields):
        lines = [
            "version: 2",
            "sources:",
            f"  - name: s{number}",
            "    tables:",
            f"      - name: t{number}",
            "        columns:",
        ]
        for field in group:
            label, definition, owner = _texts(field)
            lines += [
                f"          - name: {field.id.replace('.', '__')}",
                f"            description: '{label}: {definition}'",
                f"            data_type: {field.attribute.type}",
                "            config:",
                f"              meta: {{owner: {owner}, classification: internal, category: {field.attribute.category}}}",
            ]
        (folder / "models" / f"s{number}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_contract(folder: Path, fields: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "apiVersion: v3.0.2",
        "kind: DataContract",
        "id: peers",
        "name: peers",
        "version: 1.0.0",
        "status: active",
    ]
    lines.append("schema:")
    for number, group in _each(fields):
        lines += [f"  - name: t{number}", "    physicalType: table", "    properties:"]
        for field in group:
            label, definition, owner = _texts(field)
            lines += [
                f"      - name: {field.id.replace('.', '__')}",
                f"        businessName: '{label}'",
                f"        description: '{definition}'",
                "        logicalType: string",
                "        classification: internal",
                f"        tags: [{owner}]",
            ]
    (folder / "contract.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_fides(folder: Path, fields: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "check.py").write_text(_FIDES, encoding="utf-8")
    for number, group in _each(fields):
        lines = [
            "dataset:",
            f"  - fides_key: d{number}",
            f"    name: d{number}",
            "    collections:",
            f"      - name: t{number}",
        ]
        lines.append("        fields:")
        for field in group:
            label, definition, owner = _texts(field)
            lines += [
                f"          - name: {field.id.replace('.', '__')}",
                f"            description: '{label}: {definition}'",
                "            data_categories: [user.contact]",
                f"            fides_meta: {{data_type: string, identity: '{owner}'}}",
            ]
        (folder / f"d{number}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _dbt(programs: Path, folder: Path) -> Sequence[str]:
    at = ("--project-dir", str(folder), "--profiles-dir", str(folder))
    return (str(programs / "dbt"), "--no-partial-parse", "parse", *at)


PEERS = (
    Peer("yamllint", ("yamllint",), None, lambda at, it: (str(at / "yamllint"), "-d", "relaxed", str(it))),
    Peer("dbt parse", ("dbt-core<1.11", "dbt-duckdb"), _write_dbt, _dbt),
    Peer(
        "datacontract lint",
        ("datacontract-cli",),
        _write_contract,
        lambda at, it: (str(at / "datacontract"), "lint", str(it / "contract.yaml")),
    ),
    Peer(
        "fideslang",
        ("fideslang",),
        _write_fides,
        lambda at, it: (str(at / "python"), str(it / "check.py"), str(it)),
    ),
)


def programs_of(name: str, packages: Sequence[str], folder: Path) -> Path | None:
    """The folder of a peer's programs, its environment made at the first call; None where it cannot be
    installed here."""
    home = folder / "peers" / name.split(maxsplit=1)[0]
    programs = home / ("Scripts" if sys.platform == "win32" else "bin")
    if not (home / ".whole").exists():
        try:
            venv.create(home, with_pip=True, clear=True)
            subprocess.run([programs / "python", "-m", "pip", "install", "-q", *packages], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{name} cannot be installed here: {error}", file=sys.stderr)
            return None
        (home / ".whole").touch()
    return programs


def version_of(programs: Path, package: str) -> str:
    """The version of a package in a peer's environment."""
    ask = f"from importlib.metadata import version; print(version({package!r}))"
    told = subprocess.run([programs / "python", "-c", ask], capture_output=True, text=True, check=True)
    return f"{package} {told.stdout.strip()}"
