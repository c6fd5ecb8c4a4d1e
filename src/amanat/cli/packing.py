"""Writing an evidence pack, and proving one later."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from amanat.cli.output import write_plain
from amanat.cli.session import Judged, shown_path
from amanat.cli.standing import Stood, judge_as_it_stood, told
from amanat.errors import EnvironmentFault, UsageError
from amanat.evidence import Asked, Material, build_pack, check_pack, read_pack
from amanat.evidence.pack import MANIFEST, digest
from amanat.evidence.verify import differences
from amanat.rules.conflicts import report_of


def write_pack(
    given: Path | None,
    as_of: str | None,
    output: Path,
    asked: Asked,
    previous: Path | None,
    require_clean: bool,
) -> int:
    """Make a pack and write it as a folder, or as an archive where the name ends in `.zip`. The exit code is
    1 where something may be missing from it."""
    from amanat.cli.exporting import missing

    if output.exists() and (output.is_dir() == (output.suffix == ".zip") or any(_inside(output))):
        raise UsageError(f"`{output}` is there already", hint="a pack is never overwritten: name another")
    if previous is not None:
        asked = Asked(asked.sample, asked.seed, digest(read_pack(previous)[MANIFEST]))
    judged, stood = judge_as_it_stood(given, as_of)
    told(stood)
    _tell_changes(stood, require_clean)
    pack = build_pack(material(judged, stood), asked)
    if output.suffix == ".zip":
        write_plain(output.parent, {output.name: pack.as_zip()})
    else:
        _write_folder(output, pack.files)
    mark = digest(pack.files[MANIFEST])
    sys.stderr.write(f"wrote {len(pack.files)} files to {shown_path(output)}\nmanifest sha256:{mark}\n")
    return missing(judged)


def material(judged: Judged, stood: Stood) -> Material:
    """What a pack is made from."""
    return Material(
        judged.loaded.catalog,
        judged.loaded.spans,
        judged.diagnostics,
        report_of(judged.context),
        judged.as_of,
        judged.day_given,
        stood.stands,
        stood.root,
    )


def _inside(output: Path) -> list[Path]:
    return list(output.iterdir()) if output.is_dir() else [output]


def _tell_changes(stood: Stood, require_clean: bool) -> None:
    if not stood.stands.changed:
        return
    some = ", ".join(sorted(stood.stands.changed)[:3])
    what = f"{len(stood.stands.changed)} files differ from the last commit ({some} …)"
    if require_clean:
        raise UsageError(f"not packed: {what}", hint="commit them, or pack a commit with --as-of REV")
    sys.stderr.write(f"warning: {what}: the pack is of what stands now, and says so\n")


def _write_folder(output: Path, files: Mapping[str, bytes]) -> None:
    """Write the whole folder beside its place first, then move it there: it is never half there."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{output.name}.", dir=output.parent))
        try:
            for name, content in files.items():
                file = staging / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            staging.chmod(0o755)
            if output.is_dir():
                output.rmdir()
            os.replace(staging, output)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
    except OSError as error:
        raise EnvironmentFault(
            f"cannot write `{output}`: {error.strerror or error}", hint="nothing of the pack was left there"
        ) from error


def verify(path: Path, previous: Path | None, again: bool, given: Path | None) -> int:
    """Prove a pack: 0 where all holds, 1 where something does not."""
    files = read_pack(path)
    checked = check_pack(files, None if previous is None else read_pack(previous))
    for fault in checked.faults:
        sys.stdout.write(f"{fault}\n")
    for note in checked.notes:
        sys.stdout.write(f"note: {note}\n")
    faults = len(checked.faults)
    if again and not faults:
        found = differences(files, _again(checked.manifest, given))
        sys.stdout.write("".join(f"{one}\n" for one in found))
        faults += len(found)
    number = len(files) - 1
    if faults:
        sys.stdout.write(f"{shown_path(path)}: {faults} of {number} files or links do not hold\n")
        return 1
    anew = ", and made again it is the same" if again else ""
    sys.stdout.write(f"{shown_path(path)}: {number} files are as the manifest says{anew}\n")
    sys.stdout.write(f"manifest sha256:{checked.digest}\n")
    return 0


def _again(manifest: Mapping[str, object], given: Path | None) -> Mapping[str, bytes]:
    """The pack made anew from its commit, with its parameters."""
    from amanat import __version__

    commit, tool = manifest.get("commit"), manifest.get("tool")
    version = tool.get("version") if isinstance(tool, dict) else None
    if not isinstance(commit, str) or manifest.get("changed"):
        raise UsageError(
            "the pack is of no commit alone, so it cannot be made again", hint="leave out --again"
        )
    if version != __version__:
        raise UsageError(
            f"the pack was made by amanat {version}, and this is {__version__}",
            hint=f"pip install amanat=={version}, then verify again",
        )
    parameters = manifest.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    size, seed, previous = parameters.get("sample"), parameters.get("seed"), manifest.get("previous")
    day = manifest.get("judged_on") if manifest.get("day_given") else None
    judged, stood = judge_as_it_stood(given, commit)
    if isinstance(day, str):
        from datetime import date

        from amanat.cli.session import judge_loaded

        judged = judge_loaded(stood.loaded, date.fromisoformat(day), True)
    asked = Asked(
        size if isinstance(size, int) else None,
        str(seed or "1"),
        previous if isinstance(previous, str) else None,
    )
    return build_pack(material(judged, stood), asked).files
