"""What a person at a terminal gets: completion, a pager, colours; and none of it where nobody looks."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHELLS = {
    "bash": lambda words: {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)},
    "zsh": lambda words: {"_TYPER_COMPLETE_ARGS": " ".join(words)},
    "fish": lambda words: {
        "_TYPER_COMPLETE_ARGS": " ".join(words),
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    },
}


def offered(shell: str, *words: str, cwd: Path = ROOT) -> str:
    environment = {**os.environ, **SHELLS[shell](["amanat", *words]), "_AMANAT_COMPLETE": f"complete_{shell}"}
    done = subprocess.run(
        [sys.executable, "-m", "amanat"],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_shells_complete_commands_and_ids_of_the_catalog_at_hand(shell: str) -> None:
    assert "conflicts" in offered(shell, "co")
    assert "customer.email" in offered(shell, "show", "customer.em")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_each_shell_is_printed_or_installed(shell: str, tmp_path: Path) -> None:
    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "amanat", "completion", *words],
            env={**os.environ, "HOME": str(tmp_path), **more},
            capture_output=True,
            text=True,
            check=False,
        )

    script = run(shell).stdout
    assert f"complete_{shell}" in script
    assert run(SHELL=f"/usr/bin/{shell}").stdout == script
    assert run(SHELL="/bin/tcsh").returncode == 2
    assert run(shell, "--install").returncode == 0
    assert any(
        file.is_file() and f"complete_{shell}" in file.read_text() for file in tmp_path.rglob("*amanat*")
    )


def test_bash_itself_completes(tmp_path: Path) -> None:
    (tmp_path / "amanat").write_text(f'#!/bin/sh\nexec {sys.executable} -m amanat "$@"\n')
    (tmp_path / "amanat").chmod(0o755)
    typed = (
        'eval "$(amanat completion bash)"; COMP_WORDS=(amanat show customer.em); COMP_CWORD=2; '
        '_amanat_completion amanat; echo "${COMPREPLY[@]}"'
    )
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", typed],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "customer.email" in done.stdout


def test_every_kind_of_id_is_completed_and_other_options_as_they_are() -> None:
    def words(*given: str) -> list[str]:
        return offered("bash", *given).split()

    assert "marketer" in words("policy", "explain", "--role", "mark")
    assert "marketing.email" in words("policy", "explain", "--purpose", "marketing.e")
    assert words("policy", "explain", "--action", "expo") == ["export"]
    assert any(one.startswith("saleor.") for one in words("policy", "explain", "--column", "saleor."))
    assert "saleor" in words("list", "--system", "sal")
    assert "missing-retention" in words("explain", "missing-ret")
    assert words("check", "--format", "sar") == ["sarif"]
    assert words("new", "re") == ["recipient", "retention"]
    assert "--no-cache" in words("check", "--no-c")


def test_without_a_catalog_a_shell_is_offered_nothing_and_told_nothing(tmp_path: Path) -> None:
    assert offered("bash", "show", "customer.", cwd=tmp_path).strip() == ""


def at_a_terminal(*arguments: str, **environment: str) -> str:
    """What a person sees who types this, in a terminal of 80 columns and 24 lines."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "amanat", *arguments],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", **environment},
        stdin=child,
        stdout=child,
        stderr=child,
    )
    os.close(child)
    seen = b""
    try:
        while part := os.read(parent, 65536):
            seen += part
    except OSError:
        pass  # Linux says so when the other side is closed
    os.close(parent)
    process.wait(60)
    return seen.decode().replace("\r\n", "\n")


@pytest.fixture
def paged(tmp_path: Path) -> Path:
    """A pager that marks what it shows."""
    script = tmp_path / "pager"
    script.write_text("#!/bin/sh\necho PAGED $1\ncat\n")
    script.chmod(0o755)
    return script


def test_long_output_goes_through_the_readers_pager(paged: Path) -> None:
    assert at_a_terminal("rules", PAGER=f"{paged} --raw").startswith("PAGED --raw\n")
    assert not at_a_terminal("rules", "--no-pager", PAGER=str(paged)).startswith("PAGED")
    assert not at_a_terminal("show", "marketer", PAGER=str(paged)).startswith("PAGED"), "it is short"
    for none in ("", "cat", "no-such-pager", "'"):
        assert "missing-retention" in at_a_terminal("rules", PAGER=none)


def test_a_pager_that_is_left_early_is_no_error(tmp_path: Path) -> None:
    script = tmp_path / "quits"
    script.write_text("#!/bin/sh\nexec 0<&-\nexit 0\n")
    script.chmod(0o755)
    assert "error" not in at_a_terminal("rules", PAGER=str(script))


def test_nothing_is_paged_or_coloured_where_nobody_looks(paged: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "amanat", "rules"],
        cwd=ROOT,
        env={**os.environ, "PAGER": str(paged)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PAGED" not in done.stdout and "\x1b" not in done.stdout


@pytest.mark.parametrize(
    "command", [("conflicts", "--field", "customer.email"), ("list", "systems"), ("check",)]
)
def test_colours_can_be_refused_in_every_command(command: tuple[str, ...]) -> None:
    os.environ.pop("NO_COLOR", None)
    assert "\x1b[3" not in at_a_terminal(*command, "--no-color", "--no-pager")
    assert "\x1b[3" not in at_a_terminal(*command, "--no-pager", NO_COLOR="1")


def test_colours_are_forced_by_the_environment_and_a_dumb_terminal_has_none(small: Path) -> None:
    """In a pipeline, whose log shows them; `NO_COLOR` goes before it, and set to nothing neither counts."""
    (small / "more.yaml").write_text("roles: {other: {label: Other, clearance: nothing}}\n")

    def piped(**environment: str) -> bool:
        given = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
        done = subprocess.run(
            [sys.executable, "-m", "amanat", "check", str(small)],
            env={**given, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return "\x1b[" in done.stdout

    assert not piped()
    assert piped(FORCE_COLOR="1", NO_COLOR="")
    assert not piped(FORCE_COLOR="1", NO_COLOR="1")
    assert not piped(FORCE_COLOR="")
    os.environ.pop("NO_COLOR", None)
    assert "\x1b[" in at_a_terminal("check", str(small), "--no-pager", "--fail-on", "never")
    assert "\x1b[" not in at_a_terminal("check", str(small), "--no-pager", TERM="dumb")


@pytest.mark.parametrize(
    "command", ["maturity", "benefit", "journey", "meaning", "reach customer", "retention calendar", "impact"]
)
def test_no_colours_go_into_a_file(command: str, tmp_path: Path) -> None:
    os.environ.pop("NO_COLOR", None)
    at_a_terminal(*command.split(), "-o", str(tmp_path / "out.txt"))
    assert "\x1b" not in (tmp_path / "out.txt").read_text()


def test_what_takes_long_shows_a_bar_on_a_terminal_and_removes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from amanat.cli import progress

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for patience, environment, seen in ((0.0, "xterm", True), (60.0, "xterm", False), (0.0, "dumb", False)):
        monkeypatch.setattr(progress, "PATIENCE", patience)
        monkeypatch.setenv("TERM", environment)
        monkeypatch.setattr(sys, "stderr", screen := Terminal())
        with progress.progress("reading files") as tell:
            for done in range(5):
                tell(done, 5)
        assert ("reading files" in screen.getvalue()) is seen
        assert screen.getvalue().endswith("\x1b[2K") is seen, "it is gone when it is done"
    monkeypatch.setattr(sys, "stderr", nobody := io.StringIO())
    with progress.progress("reading files") as tell:
        tell(1, 5)
    assert nobody.getvalue() == ""


def test_files_are_counted_while_they_are_read(tmp_path: Path) -> None:
    from amanat.load.parallel import read_files

    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text("teams: {}\n")
    told: list[tuple[int, int]] = []
    read_files(tmp_path, ["a.yaml", "b.yaml", "c.yaml"], tell=lambda *one: told.append(one))
    assert told == [(1, 3), (2, 3), (3, 3)]
