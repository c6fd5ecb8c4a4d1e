"""The README of a pack: what each file is, how it was made, and what it does not prove."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amanat import __version__
from amanat.evidence.material import Material
from amanat.evidence.parts import Part

if TYPE_CHECKING:
    from amanat.evidence.pack import Asked

_TEXT = """\
# Evidence pack

Made by amanat {version} from the catalog `sha256:{digest}`, {commit}.
Judged on {day}. Nothing was filtered out. `manifest.json` names every file with its size, rows and SHA-256.

## Files

{files}

## How to read a cell

No cell is blank: `unknown` is what nobody said, `n/a` what does not apply, `none` a list that is known to be
empty. Items of a list are joined by ` | `. An apostrophe stands before what a spreadsheet would take for a
formula.

## How it was made

Every file is computed from the catalog's files and its history in git, without a clock, a network or a random
number. The same commit and the same version of the tool give the same bytes: `amanat verify PACK --again`
makes the pack anew in the repository and compares.
{sample}
## Complete?

`completeness/population.csv` has, for each system, how many columns were observed in its snapshot, and how
many of them are mapped, ignored with a reason, or neither; the three add up to the snapshot. A system without
a snapshot is unknown, not complete. Whether a snapshot shows all of a system is for whoever took it.

## What this proves, and what it does not

- Author and date of a commit are what the author's machine declared. A signature says more only when it is
  checked; `history/changes.csv` tells whether there is one, and checks none.
- That author and committer differ is no proof of a review. Approvals of reviews live where the repository is
  hosted and are not here.
- A generated policy is a claim until it is compared with what is deployed: `amanat policy verify
  SYSTEM` does that.
- Declarations are not operation: that data was deleted, or people trained, is shown by records of those
  systems.
- The hashes prove that the files are as they were written down in the manifest. Keep the SHA-256 of the
  manifest where nobody who can change the pack can change it, or sign it.{previous}

## Left out

{exclusions}
"""
_SAMPLE = """
The sample: each row of the inventory by source gets the rank SHA-256(seed, NUL, field, NUL, source) in UTF-8,
and the {size} smallest are taken, with the seed `{seed}`.
"""


def readme(material: Material, asked: Asked, made: Sequence[Part]) -> str:
    """The text, in Markdown."""
    from amanat.evidence.pack import exclusions

    stands = material.stands
    commit = f"commit `{stands.commit}`" if stands.commit else "outside git"
    if stands.changed:
        commit += f" with {len(stands.changed)} files changed since"
    files = [f"- `{part.name}`{_rows(part)}: {part.about}" for part in made]
    previous = ""
    if asked.previous:
        previous = f"\n- The pack before this one has the manifest `sha256:{asked.previous}`."
    return _TEXT.format(
        version=__version__,
        digest=material.catalog.digest,
        commit=commit,
        day=material.day.isoformat() if material.day else "no day: rules about time did not judge",
        files="\n".join(files),
        sample="" if asked.sample is None else _SAMPLE.format(size=asked.sample, seed=asked.seed),
        previous=previous,
        exclusions="\n".join(f"- {one}" for one in exclusions(material)),
    )


def _rows(part: Part) -> str:
    return "" if part.rows is None else f" ({part.rows} row{'' if part.rows == 1 else 's'})"
