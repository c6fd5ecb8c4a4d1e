"""The command table and the one place where exceptions become exit codes."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from amanat.cli.commands.build import build
from amanat.cli.commands.check import check
from amanat.cli.commands.conflicts import conflicts
from amanat.cli.commands.explain import explain
from amanat.cli.commands.export import export
from amanat.cli.commands.list import list_
from amanat.cli.commands.policy import policy
from amanat.cli.commands.query import query
from amanat.cli.commands.rules import rules
from amanat.cli.commands.schema import schema
from amanat.cli.commands.show import show
from amanat.cli.commands.where import where
from amanat.errors import AmanatError

EXIT_BUG = 3
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="amanat",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


COMMANDS: dict[str, tuple[Callable[..., None], str]] = {
    "check": (check, "Check files, schema, references, rules and conflicts."),
    "build": (build, "Check, then write policy, site, inventory and schemas."),
    "conflicts": (conflicts, "Show where source systems contradict each other."),
    "show": (show, "Show one entry and where each value was written."),
    "list": (list_, "List fields, systems, purposes or other entries."),
    "where": (where, "Say which fields map a column, or why none does."),
    "explain": (explain, "Explain a rule, with examples."),
    "rules": (rules, "List all rules."),
    "query": (query, "Ask the catalog in SQL; read-only."),
    "schema": (schema, "List, write or check the JSON Schemas."),
}
GROUPS: dict[str, tuple[typer.Typer, str]] = {
    "policy": (policy, "Explain, list, test and build access decisions."),
    "export": (export, "Write what auditors take away."),
}
for name, (command, summary) in COMMANDS.items():
    app.command(name, short_help=summary)(command)
for name, (group, summary) in GROUPS.items():
    app.add_typer(group, name=name, short_help=summary)


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version and exit.")] = False,
) -> None:
    """A register of the customer data entrusted to a company.

    Checks the YAML catalog, finds where source systems contradict each other, and generates access policy,
    documentation and inventory. Start with: amanat check
    """
    if version:
        from amanat import __version__

        sys.stdout.write(f"amanat {__version__}\n")
        raise typer.Exit


def main() -> int:
    """Run the command line; return the exit code. No exception leaves it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(prog_name="amanat")
    except SystemExit as leaving:
        if leaving.code == EXIT_INTERRUPTED:  # typer turns Ctrl-C into this
            sys.stderr.write("interrupted\n")
        return leaving.code if isinstance(leaving.code, int) else 1
    except AmanatError as error:
        sys.stderr.write(f"error: {error.message}\n")
        if error.hint:
            sys.stderr.write(f"  help: {error.hint}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away (such as `| head`): not an error, and nothing more can be printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001 - the one place where a bug of ours becomes a log file
        return _our_bug()
    return 0


def _our_bug() -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="amanat-bug-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write(f"arguments: {sys.argv[1:]}\n{traceback.format_exc()}")
    sys.stderr.write(
        "error: this is a bug in amanat, not in your catalog\n"
        f"  help: please send us {log.name} (it holds the arguments and where it failed)\n"
    )
    return EXIT_BUG
