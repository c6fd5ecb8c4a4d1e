"""Connecting: whatever is wrong with a URL, it is said without the URL."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from amanat.connect.postgresql import _refusal, connected
from amanat.errors import AmanatError, EnvironmentFault, UsageError

SECRET = "s3cr3t-Kx9"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://user:{SECRET}@127.0.0.1:1/shop",
        f"postgresql://user:{SECRET}@127.0.0.1:port/shop",
        f"postgresql://user:{SECRET}@127.0.0.1/shop?{SECRET}=1",
        f"postgresql://user:{SECRET}%zz@127.0.0.1/shop",
        f"postgresql+psycopg://user:{SECRET}@127.0.0.1/shop",
        f"mysql://user:{SECRET}@127.0.0.1/shop",
        f"user:{SECRET}@nowhere",
        f"host=127.0.0.1 port=1 password={SECRET} {SECRET}",
        f"host=127.0.0.1 port=1 password='{SECRET}",
        f"postgresql://user:{SECRET}@no-such-host.invalid/shop",
    ],
)
def test_no_message_holds_the_url(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(AmanatError) as refused, connected("shop", "SHOP_URL", url):
        pass
    said = f"{refused.value.message} {refused.value.hint} {refused.value!r} {capfd.readouterr()}"
    assert SECRET not in said and "127.0.0.1" not in said and "user" not in refused.value.message
    assert "SHOP_URL" in said
    # nor does a log of a bug that is written while it is handled
    assert refused.value.__suppress_context__ and refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ('FATAL:  password authentication failed for user "u"', "does not accept its user and password"),
        ("fe_sendauth: no password supplied", "asks for a password"),
        ('FATAL:  no pg_hba.conf entry for host "h", user "u"', "pg_hba.conf"),
        ('FATAL:  database "d" does not exist', "no such database"),
        ('FATAL:  role "u" does not exist', "no such user"),
        ('FATAL:  permission denied for database "d"', "may not connect"),
        ("could not translate host name", "host is not known"),
        ("connection timeout expired", "in time"),
        ("FATAL:  sorry, too many clients already", "no connection left"),
        ("Connection refused", "no server answers"),
    ],
)
def test_why_the_server_did_not_let_us_in_is_said_in_words_of_our_own(text: str, meaning: str) -> None:
    assert meaning in _refusal(text)


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> Any:
        if name.partition(".")[0] == "psycopg":
            raise ImportError(name)
        return real(name, globals, locals, fromlist, level)

    for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with (
        pytest.raises(UsageError, match="psycopg") as refused,
        connected("shop", "SHOP_URL", "postgresql://x"),
    ):
        pass
    assert "amanat[postgres]" in (refused.value.hint or "")


def test_a_server_that_is_down_is_the_environments_fault() -> None:
    pytest.importorskip("psycopg")
    with (
        pytest.raises(EnvironmentFault, match="no server answers there"),
        connected("shop", "SHOP_URL", f"postgresql://u:{SECRET}@127.0.0.1:1/d"),
    ):
        pass
