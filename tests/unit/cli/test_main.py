"""Exit codes: what each kind of failure becomes, and that no traceback reaches anybody."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from amanat.cli import main as cli
from amanat.errors import EnvironmentFault, UsageError


def _fails_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fails(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "app", fails)


@pytest.mark.parametrize("kind", [UsageError, EnvironmentFault])
def test_what_the_person_can_mend_exits_with_2_and_says_how(
    kind: type[UsageError], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _fails_with(monkeypatch, kind("no such thing", hint="make one"))
    assert cli.main() == 2
    assert capsys.readouterr().err == "error: no such thing\n  help: make one\n"


def test_our_own_bug_exits_with_3_and_leaves_a_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    _fails_with(monkeypatch, ZeroDivisionError("oops"))
    assert cli.main() == 3
    errors = capsys.readouterr().err
    assert "this is a bug in amanat" in errors and "Traceback" not in errors
    (log,) = tmp_path.iterdir()
    assert str(log) in errors
    assert "ZeroDivisionError: oops" in log.read_text(encoding="utf-8")


def test_an_interruption_exits_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _fails_with(monkeypatch, KeyboardInterrupt())
    assert cli.main() == 130
    _fails_with(monkeypatch, SystemExit(130))
    assert cli.main() == 130
    assert capsys.readouterr().err == "interrupted\ninterrupted\n"


def test_starting_imports_neither_the_model_nor_any_engine() -> None:
    import subprocess

    code = (
        "import sys, amanat.cli.main\n"
        "heavy = [m for m in sys.modules if m.split('.')[0] in ('yaml', 'rich', 'jsonschema', 'sqlglot', 'jinja2',"
        " 'sqlite_utils', 'pydantic') or m.startswith(('amanat.model', 'amanat.rules', 'amanat.cli.commands'))]\n"
        "print(heavy)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_without_its_extra_the_language_server_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from amanat.cli.commands.lsp import lsp

    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setitem(sys.modules, "pygls.lsp.server", None)
    monkeypatch.delitem(sys.modules, "amanat.cli.lsp.server", raising=False)
    with pytest.raises(EnvironmentFault, match="needs pygls") as refused:
        lsp()
    assert refused.value.hint == "install it: pip install 'amanat[lsp]'"
