"""Connecting to a MariaDB: whatever is wrong with a URL, it is said without the URL."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest

from amanat.connect.mariadb import connected
from amanat.errors import AmanatError, EnvironmentFault, UsageError

SECRET = "s3cr3t-Kx9"


@pytest.mark.parametrize(
    "url",
    [
        f"mariadb://user:{SECRET}@127.0.0.1:1/shop",
        f"mariadb://user:{SECRET}@127.0.0.1:port/shop",
        f"mariadb://user:{SECRET}@127.0.0.1/shop?{SECRET}=1",
        f"mariadb://user:{SECRET}@127.0.0.1/shop?{SECRET}",
        f"mariadb://user:{SECRET}@127.0.0.1/",
        f"mariadb://user:{SECRET}@127.0.0.1/shop/more",
        f"mariadb://user:{SECRET}@[127.0.0.1/shop",
        f"postgresql://user:{SECRET}@127.0.0.1/shop",
        f"user:{SECRET}@nowhere",
        f"mysql+pymysql://user:{SECRET}@no-such-host.invalid/shop",
        f"mariadb://user:{SECRET}@localhost/shop?unix_socket=/no/such/socket",
        f"mariadb://user:{SECRET}@127.0.0.1:1/shop?ssl_ca=/no/such/file",
    ],
)
def test_no_message_holds_the_url(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pymysql")
    with pytest.raises(AmanatError) as refused, connected("shop", "SHOP_URL", url):
        pass
    said = f"{refused.value.message} {refused.value.hint} {refused.value!r} {capfd.readouterr()}"
    assert SECRET not in said and "127.0.0.1" not in said and "user" not in refused.value.message
    assert "SHOP_URL" in said
    # nor does a log of a bug that is written while it is handled
    assert refused.value.__suppress_context__ and refused.value.__cause__ is None


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "pymysql":
            raise ImportError(name)
        return real(name, *rest, **named)

    for name in [name for name in sys.modules if name.partition(".")[0] == "pymysql"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with (
        pytest.raises(UsageError, match="pymysql") as refused,
        connected("shop", "SHOP_URL", "mariadb://x"),
    ):
        pass
    assert "amanat[mariadb]" in (refused.value.hint or "")


def test_a_server_that_is_down_is_the_environments_fault() -> None:
    pytest.importorskip("pymysql")
    with (
        pytest.raises(EnvironmentFault, match="no server answers there"),
        connected("shop", "SHOP_URL", f"mariadb://u:{SECRET}@127.0.0.1:1/d"),
    ):
        pass
