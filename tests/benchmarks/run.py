"""Time amanat beside its peers on the same catalog, in turns, and print medians, ratios and peak memory.

    python -m tests.benchmarks.run                     amanat and the plain way, 1,000 fields
    python -m tests.benchmarks.run --fields 10000 --peers --markdown tests/benchmarks/RESULTS.md

`--peers` makes an environment of its own for each other tool (needs a package index the first time). What
is made is kept in a folder of the system's temporary one, and used again. Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.generate import write
from tests.benchmarks.peers import PEERS, programs_of, version_of

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
_RECIPE = ("generate.py", "words.py", "attributes.csv", "organisation.yaml")
MIB = 1024 if sys.platform != "darwin" else 1024 * 1024
"""What `ru_maxrss` has to be divided by."""
FOUND = (0, 1)
"""The example has findings on purpose; which ones is not the benchmark's business."""


Installed = Mapping[str, Path]
"""Peers by name, with the folder of their programs."""


class Case(NamedTuple):
    """A command to time. `against` names the cases of its group that ratios are taken to."""

    group: str
    name: str
    command: tuple[str, ...]
    against: tuple[str, ...] = ()
    allowed: tuple[int, ...] = (0,)
    before: Callable[[], None] | None = None
    """What is done before each run, and not timed."""
    environment: tuple[tuple[str, str], ...] = ()
    after: Callable[[], None] | None = None
    """What is done after each run, and not timed."""


class Run(NamedTuple):
    """One run: seconds by the clock and of processors, and the peak memory of its largest process in MiB."""

    seconds: float
    processor: float
    mib: float


class Result(NamedTuple):
    """Medians of a case, and its ratio to each of the cases it is held against, in their order."""

    case: Case
    seconds: float
    processor: float
    mib: float
    ratios: tuple[float, ...]


def timed(case: Case) -> Run:
    """Run a command once. Raises `RuntimeError` if it ends with another exit code than allowed."""
    if case.before is not None:
        case.before()
    start = time.perf_counter()
    with subprocess.Popen(
        case.command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**_environment(), **dict(case.environment)},
    ) as process:
        assert process.stderr is not None
        told = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if case.after is not None:
        case.after()
    if process.returncode not in case.allowed:
        said = told.decode(errors="replace")[-500:]
        raise RuntimeError(
            f"{case.name} ended with {process.returncode}: {' '.join(case.command)[:200]}\n{said}"
        )
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MIB)


def measure(cases: Sequence[Case], runs: int, tell: Callable[[str], None]) -> list[Result]:
    """Run all cases `runs` times in turns, so that a busy moment hits all alike; one round more warms up."""
    seen: dict[Case, list[Run]] = {case: [] for case in cases}
    for turn in range(runs + 1):
        for case in cases:
            tell(f"round {turn}/{runs}: {case.group}: {case.name}")
            run = timed(case)
            if turn:
                seen[case].append(run)
    seconds = {case: statistics.median(run.seconds for run in seen[case]) for case in cases}
    bases = {(case.group, case.name): seconds[case] for case in cases}
    return [
        Result(
            case,
            seconds[case],
            statistics.median(run.processor for run in seen[case]),
            statistics.median(run.mib for run in seen[case]),
            tuple(seconds[case] / bases[case.group, other] for other in case.against),
        )
        for case in cases
    ]


def cases_for(fields: int, folder: Path, schema: Path, peers: Installed) -> list[Case]:
    """The cases on a generated catalog of that many fields."""
    catalog = folder / f"catalog-{fields}-{_recipe()}"
    if not (catalog / ".whole").exists():
        write(catalog, fields)
        (catalog / ".whole").touch()
    checked = sorted(str(file) for file in catalog.rglob("*.yaml") if file.name != "amanat.yaml")
    group = f"check, {fields:,} fields"
    plain, theirs = "CSafeLoader + jsonschema", "check-jsonschema"
    cases = [Case(group, plain, (sys.executable, str(HERE / "plain.py"), str(schema), *checked))]
    if theirs in peers:
        command = (str(peers[theirs] / theirs), "--schemafile", str(schema), *checked)
        cases.append(Case(group, theirs, command, (plain,)))
    for peer in PEERS:
        if peer.name in peers:
            reads = catalog if peer.write is None else folder / f"{peer.name.split()[0]}-{fields}-{_recipe()}"
            if peer.write is not None and not reads.exists():
                peer.write(reads, fields)
            command = tuple(peer.command(peers[peer.name], reads))
            cases.append(Case(group, peer.name, command, (plain,), FOUND))
    return [*cases, *_own_cases(group, folder, catalog, tuple(case.name for case in cases))]


COLD = "amanat check, nothing kept"


def _own_cases(group: str, folder: Path, catalog: Path, others: tuple[str, ...]) -> list[Case]:
    """amanat in the states in which people run it: for the first time, on what has not changed (known by
    stamps, and as in CI by content), and after an edit."""
    home = folder / "cache"
    kept = (("XDG_CACHE_HOME", str(home)), ("CI", ""))
    check = (*_amanat(), "check", "-C", str(catalog))

    def forget() -> None:
        shutil.rmtree(home, ignore_errors=True)

    def remember() -> None:
        subprocess.run(check, env={**_environment(), **dict(kept)}, stdout=subprocess.DEVNULL, check=False)

    def edited(what: str, file: Path, change: Callable[[str], str]) -> Case:
        text = file.read_text(encoding="utf-8")

        def edit() -> None:
            file.write_text(text, encoding="utf-8")  # what is edited is the same in every case and turn
            remember()
            now = change(text)
            assert now != text
            file.write_text(now, encoding="utf-8")

        name = f"amanat check, {what} edited"
        return Case(group, name, check, (COLD,), before=edit, environment=kept, after=restore(file, text))

    def restore(file: Path, text: str) -> Callable[[], None]:
        return lambda: (file.write_text(text, encoding="utf-8"), None)[1]

    fields, whole = min(catalog.glob("fields/*.yaml")), catalog / "amanat.yaml"
    return [
        Case(group, "amanat check --no-cache", (*check, "--no-cache"), others),
        Case(group, COLD, check, others, before=forget, environment=kept),
        Case(group, "amanat check, unchanged", check, (COLD,), before=remember, environment=kept),
        Case(
            group,
            "amanat check, unchanged, in CI",
            check,
            (COLD,),
            before=remember,
            environment=(*kept, ("CI", "1")),
        ),
        edited("a comment", fields, lambda text: f"# edited\n{text}"),
        edited("a note of a field", fields, lambda text: f"{text}    x_note: edited\n"),
        edited("a definition", fields, lambda text: _last(text, "      en: ", lambda words: f"Now {words}")),
        edited("purposes of a field", fields, lambda text: _last(text, "    purposes: ", _turned)),
        edited("a note of the catalog", whole, lambda text: f"{text}x_note: edited\n"),
        edited("a system", catalog / "systems.yaml", lambda text: text.replace("Web shop", "Shop", 1)),
        edited(
            "what all fields inherit", whole, lambda text: text.replace("origin: given", "origin: observed")
        ),
    ]


def _last(text: str, start: str, change: Callable[[str], str]) -> str:
    """The text with what stands on the last line that begins so changed."""
    before, found, after = text.rpartition(start)
    line, end, rest = after.partition("\n")
    return f"{before}{found}{change(line)}{end}{rest}"


def _turned(listed: str) -> str:
    """A list in brackets, the last item first."""
    *others, last = listed.strip("[]").split(", ")
    return f"[{', '.join((last, *others))}]"


def example_cases(folder: Path) -> list[Case]:
    """Start-up, and what people do with the example catalog."""
    start, bare = "start-up", "python -c pass"
    at = ("-C", str(ROOT / "catalog"))
    out = ("--output", str(folder / "build"))
    work, base = "example catalog", "amanat check"
    return [
        Case(start, bare, (sys.executable, "-c", "pass")),
        Case(start, "amanat --version", (*_amanat(), "--version"), (bare,)),
        Case(start, "amanat --help", (*_amanat(), "--help"), (bare,)),
        Case(work, base, (*_amanat(), "check", *at), (), FOUND),
        Case(work, "amanat policy matrix", (*_amanat(), "policy", "matrix", *at), (base,)),
        Case(work, "amanat build", (*_amanat(), "build", *at, *out), (base,), FOUND),
        Case(work, "amanat export inventory", (*_amanat(), "export", "inventory", *at), (base,), FOUND),
    ]


def installed(folder: Path) -> Installed:
    """Every peer that can be installed here, with the folder of its programs."""
    wanted = {"check-jsonschema": ("check-jsonschema",), **{peer.name: peer.packages for peer in PEERS}}
    found = {name: programs_of(name, packages, folder) for name, packages in wanted.items()}
    return {name: programs for name, programs in found.items() if programs is not None}


def facts(peers: Installed) -> list[str]:
    """What the figures depend on: machine, interpreter, versions."""
    lines = [
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        f"{platform.python_implementation()} {platform.python_version()}",
    ]
    names = ("amanat", "PyYAML", "jsonschema", "jsonschema_rs", "typer")
    lines.append(", ".join(f"{name} {metadata.version(name)}" for name in names))
    packages = {"check-jsonschema": "check-jsonschema", **{peer.name: peer.packages[0] for peer in PEERS}}
    told = (version_of(peers[name], packages[name].partition("<")[0]) for name in peers)
    if peers:
        lines.append("peers: " + ", ".join(told))
    return lines


def table(results: Sequence[Result], told: Sequence[str], runs: int, markdown: bool) -> str:
    """The results as a table, in text or Markdown."""
    rows = [("what", "command", "seconds", "of processors", "peak MiB", "ratio")]
    for case, seconds, processor, mib, ratios in results:
        to = (f"{ratio:.3f} × {other}" for ratio, other in zip(ratios, case.against, strict=True))
        rows.append(
            (case.group, case.name, f"{seconds:.3f}", f"{processor:.3f}", _memory(mib), ", ".join(to))
        )
    about = [f"Medians of {runs} runs in turns after a warm-up; wall clock; peak of the largest process."]
    if markdown:
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines.insert(1, "|---|---|--:|--:|--:|---|")
        return "\n".join(["# Benchmarks", "", *about, "", *(f"- {line}" for line in told), "", *lines, ""])
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    drawn = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([*about, *told, "", *drawn, ""])


def _memory(mib: float) -> str:
    """The peak, or what it is at most: a child counts as at least as big as this process when it forked."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    return f"{mib:.0f}" if mib > own else f"≤ {mib:.0f}"


def _recipe() -> str:
    """Changes when what catalogs are made of does, so that an old one is not used again."""
    made_of = (HERE / name for name in _RECIPE)
    return hashlib.sha256(b"".join(path.read_bytes() for path in made_of)).hexdigest()[:12]


def _amanat() -> tuple[str, ...]:
    script = Path(sys.executable).parent / "amanat"
    return (str(script),) if script.exists() else (sys.executable, "-m", "amanat")


def _environment() -> dict[str, str]:
    return {**os.environ, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "", "LC_ALL": "C.UTF-8"}


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def main() -> None:
    """Run the benchmarks from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--fields", type=int, nargs="*", default=[1000], help="sizes of the generated catalogs"
    )
    parser.add_argument("--runs", type=int, default=3, help="runs whose median is taken (at least 3)")
    parser.add_argument("--peers", action="store_true", help="also time other tools")
    parser.add_argument("--example", action="store_true", help="also start-up and the example catalog")
    parser.add_argument("--markdown", type=Path, help="also write the table here")
    given = parser.parse_args()
    if given.runs < 3:
        parser.error("a median needs at least 3 runs")
    folder = Path(tempfile.gettempdir()) / "amanat-benchmarks"
    folder.mkdir(exist_ok=True)
    peers = installed(folder) if given.peers else {}
    with as_file(files("amanat.schema").joinpath("catalog-file.schema.json")) as schema:
        cases = [case for size in given.fields for case in cases_for(size, folder, schema, peers)]
        if given.example:
            cases += example_cases(folder)
        results = measure(cases, given.runs, lambda line: print(line, file=sys.stderr))
    told = facts(peers)
    print(table(results, told, given.runs, markdown=False))
    if given.markdown:
        given.markdown.write_text(table(results, told, given.runs, markdown=True), encoding="utf-8")


if __name__ == "__main__":
    main()
