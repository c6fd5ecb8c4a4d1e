"""The auditor's sample: rows of the inventory, drawn by a seed so that anybody draws the same.

Each row gets the rank SHA-256(seed, NUL, field, NUL, source), and the smallest are taken. That depends on
nothing but the seed and the row, so a row that is not in the population cannot push another one out of order.
"""

from __future__ import annotations

import hashlib

from amanat.evidence.material import Material
from amanat.history.git import git
from amanat.inventory.columns import Absent, Cell, Column
from amanat.inventory.register import Row, register
from amanat.inventory.tables import Table

COLUMNS = (
    Column("number", "integer", "Number in the sample."),
    Column("rank", "text", "SHA-256 of seed, field and source, by which it was drawn."),
    Column("field", "text", "Id of the field."),
    Column("source", "text", "Its source."),
    Column("owner", "text", "Team that answers for it."),
    Column("field_file", "text", "File that declares the field."),
    Column("field_line", "integer", "Line in that file."),
    Column("source_file", "text", "File that names the source."),
    Column("source_line", "integer", "Line in that file."),
    Column("commit", "text", "Commit that last changed the line of the source (of the field without one)."),
    Column("author", "text", "Its author, as declared."),
    Column("author_date", "text", "Day of the author's date, as declared."),
    Column("approver", "text", "Who approved it. Git does not say, so it stays unknown."),
)


def sample(material: Material, size: int, seed: str) -> Table:
    """The sample of a size. A population that is smaller is taken whole."""
    population = list(register(material.catalog, material.conflicts, material.spans).rows())
    ranked = sorted((_rank(seed, row), at) for at, row in enumerate(population))
    rows = [
        _row(material, number, rank, population[at]) for number, (rank, at) in enumerate(ranked[:size], 1)
    ]
    return Table("sample", material.catalog, COLUMNS, tuple(rows))


def _rank(seed: str, row: Row) -> str:
    return hashlib.sha256("\0".join((seed, str(row["field"]), str(row["source"]))).encode()).hexdigest()


def _row(material: Material, number: int, rank: str, row: Row) -> Row:
    file, line = row["source_file"], row["source_line"]
    if isinstance(file, Absent):
        file, line = row["file"], row["line"]
    return {
        "number": number,
        "rank": rank,
        "field": row["field"],
        "source": row["source"],
        "owner": row["owner"],
        "field_file": row["file"],
        "field_line": row["line"],
        "source_file": row["source_file"],
        "source_line": row["source_line"],
        **_last_change(material, file, line),
        "approver": Absent.UNKNOWN,
    }


def _last_change(material: Material, file: Cell, line: Cell) -> dict[str, Cell]:
    unknown: dict[str, Cell] = dict.fromkeys(("commit", "author", "author_date"), Absent.UNKNOWN)
    if not material.stands.commit or not isinstance(line, int) or file in material.stands.changed:
        return unknown
    where = ("-L", f"{line},{line}", "--porcelain", material.stands.commit, "--", str(file))
    said = git(material.root, "blame", *where)
    if said is None:
        return unknown
    lines = said.decode("utf-8", errors="replace").splitlines()
    told = dict(part.partition(" ")[::2] for part in lines[1:] if not part.startswith("\t"))
    commit = lines[0].split()[0]
    day = (git(material.root, "log", "-1", "--format=%as", commit) or b"").decode().strip()
    return {
        "commit": commit,
        "author": told.get("author") or Absent.UNKNOWN,
        "author_date": day or Absent.UNKNOWN,
    }
