"""Spark: `spark:///folder` runs it in this process over the files of a folder, `spark://host:port` asks a
cluster for the tables that its catalog has."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanat.connect.asking import files
from amanat.connect.asking.asked import Asker, Refused, Relation, Why
from amanat.errors import EnvironmentFault, UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LOCAL = "spark:///"
_JOB = "amanat measure"
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.ansi.enabled": "true",
    "spark.log.level": "OFF",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


class _Session:
    engine = "spark"

    def __init__(
        self,
        session: SparkSession,
        found: Mapping[tuple[str | None, str], files.Table] | None,
        seconds: int,
    ) -> None:
        self._session = session
        self._files = found
        self._views: dict[tuple[str | None, str], str] = {}
        self._seconds = seconds

    def relation(self, schema: str | None, name: str) -> Relation:
        from pyspark.errors import PySparkException

        try:
            if self._files is not None:
                name, schema = self._view(schema, name), None
            quoted = ".".join(f"`{part.replace('`', '``')}`" for part in (schema, name) if part is not None)
            table = self._session.table(quoted)
            return Relation(schema, name, dict(table.dtypes))
        except PySparkException as error:
            raise _refused(error) from None

    def _view(self, schema: str | None, name: str) -> str:
        key = (schema, name)
        if key not in self._views:
            table = (self._files or {}).get(key)
            if table is None:
                raise Refused(Why.NO_TABLE)
            view, path = f"amanat_t{len(self._views)}", _literally(table.path)
            if table.kind == "parquet":
                read = self._session.read.parquet(path)
            else:
                separator = "\t" if table.kind == "tsv" else ","
                read = self._session.read.csv(path, header=True, sep=separator, escape='"', multiLine=True)
            read.createOrReplaceTempView(view)
            self._views[key] = view
        return self._views[key]

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        context, late = self._session.sparkContext, threading.Event()

        def stop() -> None:
            late.set()
            context.cancelJobGroup(_JOB)

        timer = threading.Timer(self._seconds, stop)
        timer.daemon = True
        context.setJobGroup(_JOB, _JOB, interruptOnCancel=True)
        timer.start()
        try:
            for row in self._session.sql(query).toLocalIterator():
                yield tuple(row)
        except PySparkException as error:
            raise (Refused(Why.TIMEOUT) if late.is_set() else _refused(error)) from None
        except (Py4JError, OSError):
            raise Refused(Why.TIMEOUT if late.is_set() else Why.LOST) from None
        finally:
            timer.cancel()


def _literally(path: Path) -> str:
    """The path as a pattern of Hadoop's that matches only itself."""
    return "file://" + "".join(f"\\{sign}" if sign in "*?[]{}\\" else sign for sign in str(path.resolve()))


def _refused(error: Any) -> Refused:
    condition = str(error.getCondition() or "")
    if condition.startswith("TABLE_OR_VIEW_NOT_FOUND"):
        return Refused(Why.NO_TABLE)
    if "PERMISSION" in condition or "INSUFFICIENT" in condition:
        return Refused(Why.NO_RIGHTS, condition)
    return Refused(Why.REFUSED, condition)


@contextmanager
def _quiet() -> Iterator[None]:
    """Java begins with what it writes to standard error sent nowhere: warnings about this machine, and what
    an error quotes."""
    sys.stderr.flush()
    with open(os.devnull, "wb") as nowhere:
        before = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(before, 2)
            os.close(before)


@contextmanager
def asking(system: str, whence: str, url: str, seconds: int) -> Iterator[Asker]:
    """A session; see `Opener`."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError(
            "asking Spark needs pyspark, which is not installed",
            hint="install the extra `spark`: pip install 'amanat[spark]'; it needs Java 17 or later",
        ) from None
    local = url.strip().startswith(_LOCAL)
    found = files.tables(files.path_of(whence, url.strip().replace(_LOCAL, "file:///"))) if local else None
    builder = SparkSession.Builder().appName(_JOB).master("local[*]" if local else url.strip())
    for key, value in _SETTINGS.items():
        builder = builder.config(key, value)
    if local:
        builder = builder.config("spark.sql.shuffle.partitions", "8")
    try:
        with _quiet():
            session = builder.getOrCreate()
    except (PySparkException, OSError, RuntimeError):
        raise EnvironmentFault(
            f"Spark does not start for system `{system}`",
            hint="it needs Java 17 or later (Debian: openjdk-17-jre-headless), and a cluster that answers",
        ) from None
    try:
        yield _Session(session, found, seconds)
    finally:
        session.stop()
