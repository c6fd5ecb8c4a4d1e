"""`amanat check`, `show`, and what every command does with bad input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from amanat import __version__
from amanat.schema import load_schema
from tests.e2e.conftest import Run
from tests.support import write_files


def test_version_and_help(run: Run) -> None:
    assert run("--version").stdout == f"amanat {__version__}\n"
    help_text = run("--help").stdout
    for command in ("check", "build", "show", "conflicts", "explain", "policy", "export", "query"):
        assert f"  {command} " in help_text


def test_no_command_prints_help_and_an_unknown_one_is_a_usage_error(run: Run) -> None:
    assert "Usage: amanat" in run().stderr
    done = run("chek")
    assert done.returncode == 2
    assert "No such command 'chek'" in done.stderr


def test_a_clean_catalog_exits_with_0(run: Run, small: Path) -> None:
    done = run("check", "--as-of", "2026-06-01", cwd=small)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("1 field, 2 sources, 2 systems: no findings\n")


def test_the_folder_can_be_given_as_people_type_it(run: Run, small: Path) -> None:
    for arguments in (("check", "small"), ("check", "-C", "small"), ("check", "small/amanat.yaml")):
        assert run(*arguments).returncode == 0, arguments
    assert "there is no folder `smal`" in run("check", "smal").stderr


def test_a_finding_is_shown_at_file_line_and_column_with_the_way_out(run: Run, small: Path) -> None:
    write_files(
        small,
        {
            "amanat.yaml": (small / "amanat.yaml").read_text(),
            "t/more.yaml": "teams:\n  a: {label: A, contcat: a@shop.example}\n",
        },
    )
    done = run("check", cwd=small)
    assert done.returncode == 1
    assert "error[SC101 unknown-key] unknown key `contcat`" in done.stdout
    assert "--> t/more.yaml:2:17 (a)" in done.stdout
    assert "help: did you mean `contact`?" in done.stdout
    assert "a: {label: A, contcat: a@shop.example}" in done.stdout
    assert "^^^^^^^" in done.stdout


def test_json_follows_its_schema_and_is_the_same_twice(run: Run, small: Path) -> None:
    write_files(
        small,
        {
            "amanat.yaml": (small / "amanat.yaml").read_text(),
            "more.yaml": "teams:\n  a: {label: A, contact: 3}\n",
        },
    )
    one, two = run("check", "-f", "json", cwd=small), run("check", "-f", "json", cwd=small)
    assert one.stdout == two.stdout
    report = json.loads(one.stdout)
    jsonschema.validate(report, load_schema("check"))
    (diagnostic,) = (d for d in report["diagnostics"] if d["code"] == "SC102")
    assert (diagnostic["file"], diagnostic["line"], diagnostic["column"]) == ("more.yaml", 2, 26)


def test_fail_on_sets_what_exits_with_1(run: Run, small: Path) -> None:
    (small / "more.yaml").write_text(
        "teams:\n  a: {label: NO, contact: a@shop.example, lead: L, deputy: D}\n"
    )
    assert run("check", cwd=small).returncode == 0
    assert run("check", "--fail-on", "warning", cwd=small).returncode == 1
    (small / "more.yaml").write_text("teams: [\n")
    assert run("check", "--fail-on", "never", cwd=small).returncode == 0


def test_no_catalog_is_a_usage_error_with_the_way_out(run: Run) -> None:
    done = run("check")
    assert done.returncode == 2
    assert "no catalog here" in done.stderr and "--catalog" in done.stderr
    done = run("check", "--catalog", "nowhere")
    assert done.returncode == 2
    assert "there is no folder `nowhere`" in done.stderr


def test_a_bad_date_is_a_usage_error(run: Run, small: Path) -> None:
    done = run("check", "--as-of", "yesterday", cwd=small)
    assert done.returncode == 2
    assert "`yesterday` is not a date" in done.stderr


def test_a_broken_root_file_is_reported_and_nothing_crashes(run: Run, small: Path) -> None:
    (small / "amanat.yaml").write_text("catalog: [\n")
    done = run("check", cwd=small)
    assert done.returncode == 1
    assert "amanat.yaml:2:1" in done.stdout
    assert "Traceback" not in done.stderr + done.stdout


def test_hostile_text_cannot_steer_the_terminal(run: Run, small: Path) -> None:
    (small / "more.yaml").write_text('teams:\n  "\\e[31mred\\u202e": {label: A, contact: a@shop.example}\n')
    done = run("check", cwd=small)
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_a_finding(run: Run, small: Path) -> None:
    (small / "locked").mkdir(mode=0)
    assert "folder `locked` cannot be read" in run("check", cwd=small).stdout


def test_ctrl_c_exits_with_130_and_no_traceback(small: Path) -> None:
    entries = "".join(f"  - {{n: {n}, t: text}}\n" for n in range(300_000))  # takes a second or two to read
    (small / "more.yaml").write_text(f"x_a:\n{entries}")
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "amanat", "check", "-C", str(small)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A job of the background ignores the signal, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    assert process.stderr is not None
    for line in process.stderr:  # the catalog is being read once the schema checker is there
        if line.rstrip().endswith("jsonschema_rs"):
            break
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output == ""
    assert "Traceback" not in errors
    assert errors.endswith("interrupted\n")


def test_what_is_not_a_file_is_a_finding_and_nobody_waits(run: Run, small: Path) -> None:
    os.mkfifo(small / "waits.yaml")
    os.symlink(small / "nowhere", small / "link.yaml")
    done = run("check", cwd=small)
    assert "`waits.yaml` is not a regular file" in done.stdout
    assert "`link.yaml` is a link that leads nowhere" in done.stdout


def test_output_into_a_full_or_missing_place_is_an_environment_error(
    run: Run, small: Path, tmp_path: Path
) -> None:
    done = run(
        "check",
        "-f",
        "json",
        "-o",
        str(tmp_path / "no" / "such" / "\0x".replace("\0", "") / "f.json"),
        cwd=small,
    )
    assert done.returncode in (0, 2)
    target = tmp_path / "file"
    target.write_text("x")
    done = run("check", "-f", "json", "-o", str(target / "f.json"), cwd=small)
    assert done.returncode == 2
    assert "cannot write" in done.stderr and "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error(small: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m amanat check -C {small} -f json | head -c 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("command", ["check", "check -f json", "list fields", "show customer.id"])
def test_what_cannot_be_written_to_the_end_is_an_error(small: Path, command: str) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "amanat", *command.split(), "-C", str(small)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert (
        done.stderr == "error: cannot write: No space left on device\n  help: make room, then run it again\n"
    )


def test_output_that_the_caller_has_closed_is_no_error(small: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m amanat list fields -C {small} >&-; {sys.executable} -m amanat show x -C {small} 2>&-",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_show_says_where_each_value_came_from(run: Run, small: Path) -> None:
    done = run("show", "customer.id", cwd=small)
    assert done.returncode == 0
    assert "customer.id  (fields)" in done.stdout
    assert "Customer number   [base.yaml:" in done.stdout
    data = json.loads(run("show", "customer.id", "-f", "json", cwd=small).stdout)
    assert data["entries"][0]["values"]["owner"]["value"] == "sales"
    assert data["entries"][0]["values"]["status"] == {
        "value": "live",
        "file": None,
        "line": None,
        "inherited": False,
    }


def test_show_of_an_unknown_id_suggests_the_nearest(run: Run, small: Path) -> None:
    done = run("show", "customer.idd", cwd=small)
    assert done.returncode == 2
    assert "did you mean `customer.id`" in done.stderr
