"""`amanat policy verify` asked for what it cannot look into."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from amanat.cli.main import main
from tests.unit.policy.support import CASES

SHOP = "engine: postgresql"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shop's catalog whose shop has a `url_env`."""
    root = tmp_path / "catalog"
    shutil.copytree(CASES / "postgres", root)
    file = root / "catalog.yaml"
    text = file.read_text().replace(SHOP, f"{SHOP}, url_env: SHOP_URL", 1)
    file.write_text(text.replace("engine: mysql", "engine: oracle"))
    return root


def asked(monkeypatch: pytest.MonkeyPatch, folder: Path, *words: str, url: str | None = None) -> int:
    monkeypatch.delenv("SHOP_URL", raising=False)
    if url is not None:
        monkeypatch.setenv("SHOP_URL", url)
    monkeypatch.setattr("sys.argv", ["amanat", "policy", "verify", *words, "--catalog", str(folder)])
    return main()


@pytest.mark.parametrize(
    ("words", "url", "complaint"),
    [
        (["shp"], None, "there is no system `shp`\n  help: did you mean shop?"),
        (["till"], None, "no verifier looks into engine `oracle` of system `till`"),
        (["shop"], None, "the environment variable SHOP_URL of system `shop` is not set"),
        (["shop"], " ", "the environment variable SHOP_URL of system `shop` is not set"),
        (["shop"], "postgres:s3cr3t", "SHOP_URL holds no URL of a PostgreSQL"),
        (["shop"], "postgresql://u:s3cr3t@127.0.0.1:1/d", "cannot connect to the database of system `shop`"),
    ],
)
def test_it_says_what_is_wrong_and_leaves_no_file(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: list[str],
    url: str | None,
    complaint: str,
) -> None:
    plan = folder.parent / "plan.sql"
    assert asked(monkeypatch, folder, *words, "--plan", "-o", str(plan), url=url) == 2
    out, err = capfd.readouterr()
    assert complaint in err and "s3cr3t" not in out + err
    assert not plan.exists()


def test_a_system_that_does_not_say_how_to_reach_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert asked(monkeypatch, CASES / "postgres", "shop") == 2
    assert "give it `url_env`" in capfd.readouterr().err


def test_a_catalog_that_cannot_be_read_in_full_is_not_compared(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "broken.yaml").write_text("fields: [")
    assert asked(monkeypatch, folder, "shop", url="postgresql://127.0.0.1:1/d") == 2
    assert "no policy is made from this catalog" in capfd.readouterr().err
