"""Putting a pack together: parts, README, manifest. Same commit, same tool, same questions: same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amanat import __version__
from amanat.evidence.material import Material
from amanat.evidence.parts import Part, parts, table
from amanat.evidence.population import population
from amanat.evidence.readme import readme
from amanat.evidence.sample import sample
from amanat.inventory.columns import Absent

MANIFEST = "manifest.json"
README = "README.md"
_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a pack: the size and seed of the sample (no size: no sample), and the SHA-256 of the
    manifest of the pack before it."""

    sample: int | None = None
    seed: str = "1"
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack: its files by name, sorted, the manifest among them."""

    files: Mapping[str, bytes]
    manifest: Mapping[str, Any]

    def as_zip(self) -> bytes:
        """The pack as an archive: fixed times, sorted names, nothing compressed, so that no library's
        version shows in the bytes."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.files.items():
                entry = zipfile.ZipInfo(name, _MOMENT)
                entry.create_system = 3
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, content)
        return stream.getvalue()


def build_pack(material: Material, asked: Asked) -> Pack:
    """The pack of a catalog."""
    made = list(parts(material))
    if asked.sample is not None:
        drawn = sample(material, asked.sample, asked.seed)
        about = f"{drawn.total} rows of the inventory, drawn with the seed `{asked.seed}`"
        made.append(table("completeness/sample.csv", drawn, about))
    made.sort(key=lambda part: part.name)
    text = readme(material, asked, made).encode()
    made.append(Part(README, text, None, "method: what each file is and how it was made"))
    manifest = _manifest(material, asked, made)
    content = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
    files = {part.name: part.content for part in made} | {MANIFEST: content}
    return Pack(dict(sorted(files.items())), manifest)


def digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _manifest(material: Material, asked: Asked, made: list[Part]) -> dict[str, Any]:
    """What the pack is (schema: `evidence.schema.json`)."""
    catalog = material.catalog
    counted = {str(row["system"]): row for row in population(catalog).rows()}
    return {
        "version": 1,
        "tool": {"name": "amanat", "version": __version__},
        "catalog": {"name": dict(catalog.name), "digest": catalog.digest, "files": len(catalog.files)},
        "commit": material.stands.commit or None,
        "changed": sorted(material.stands.changed),
        "judged_on": material.day.isoformat() if material.day else None,
        "day_given": material.day_given,
        "parameters": {"sample": asked.sample, "seed": asked.seed if asked.sample is not None else None},
        "filters": {},
        "previous": asked.previous,
        "population": {
            name: {
                column: None if isinstance(row[column], Absent) else row[column]
                for column in ("observed", "mapped", "ignored", "unmapped", "adds_up")
            }
            for name, row in counted.items()
        },
        "exclusions": exclusions(material),
        "files": [
            {
                "name": part.name,
                "about": part.about,
                "rows": part.rows,
                "bytes": len(part.content),
                "sha256": digest(part.content),
            }
            for part in sorted(made, key=lambda part: part.name)
        ],
    }


def exclusions(material: Material) -> list[str]:
    """What is not in the pack, in words."""
    catalog = material.catalog
    told = [f"`{file}` could not be read: what it declares is not here" for file in catalog.unreadable]
    blind = [name for name in catalog.systems if name not in catalog.snapshots]
    told += [
        f"the columns of `{name}` were never observed: whether all are declared is unknown" for name in blind
    ]
    told += [
        f"the data of `{name}` was never measured: whether it is as expected is unknown"
        for name in catalog.systems
        if name not in catalog.measures
    ]
    if material.stands.changed:
        told.append(
            f"{len(material.stands.changed)} files differ from the commit: the pack is of what stands now"
        )
    if not material.stands.commit:
        told.append("the catalog is not in git: nothing is said of who changed it")
    told.append("no record of reviews, deletions or trainings is imported: that they happened is not shown")
    return told
