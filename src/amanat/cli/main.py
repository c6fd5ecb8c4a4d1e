"""The command table and the one place where exceptions become exit codes."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Annotated, ClassVar

import typer

from amanat.cli.lazy import LazyGroup
from amanat.errors import AmanatError, EnvironmentFault

EXIT_BUG = 3
EXIT_INTERRUPTED = 130


class Commands(LazyGroup):
    """Every command with its summary; the module of the same name in `commands` holds it."""

    summaries: ClassVar[dict[str, str]] = {
        "check": "Check files, schema, references, rules and conflicts.",
        "build": "Check, then write policy, golden records, site, inventory and schemas.",
        "docs": "Serve the documentation site while you edit.",
        "diff": "Tell what a change means for the people whose data it is.",
        "log": "Tell what became of an entry, commit by commit, in meanings.",
        "blame": "Say which commit set each value of an entry.",
        "measure": "Count where the data is how far it meets the quality expected.",
        "conflicts": "Show where source systems contradict each other.",
        "coverage": "Count what is mapped, ignored, unmapped, vanished or unknown.",
        "drift": "Tell where snapshots part from what is declared, or from earlier ones.",
        "scan": "Read what a system really holds into its snapshot.",
        "classify": "Propose category and field for columns that nobody mapped.",
        "usage": "Hold query logs against purposes and roles.",
        "identity": "Show how rows lead to the global customer id.",
        "golden": "Show which value of a field wins, as SQL or in words.",
        "impact": "Say what a breach exposes, whom to call and which clocks run.",
        "retention": "Work out how long data is kept, what falls due, and the SQL that ends it.",
        "benefit": "Say what customers have of what is done with their data.",
        "journey": "Map the customer's journey: stages, touchpoints, fields, purposes.",
        "meaning": "Say what figures and inferences about people rest on.",
        "maturity": "Say how far the house is kept, by counting what the catalog has.",
        "quiz": "Ask what a role has to know of its data, and check the answers.",
        "access-request": "Plan how to collect one person's data, and what to tell beside it.",
        "erasure": "Plan how to erase one person, what is kept, and how it is proved.",
        "correction": "Plan how a field of a person is corrected, and which copies follow.",
        "reach": "Show how all data of a person is reached from the global id.",
        "objection": "Plan what stops when a person objects to a purpose.",
        "show": "Show one entry and where each value was written.",
        "list": "List fields, systems, purposes or other entries.",
        "where": "Say which fields map a column, or why none does.",
        "explain": "Explain a rule, with examples.",
        "rules": "List all rules.",
        "policy": "Explain, list, compare, test and build access decisions.",
        "export": "Write what auditors take away.",
        "verify": "Prove an evidence pack.",
        "query": "Ask the catalog in SQL; read-only.",
        "init": "Start a catalog, empty or from the DDL of a system.",
        "import": "Take what other tools know into the catalog, and say what is lost.",
        "new": "Add a field, system, purpose, role or other entry.",
        "rename": "Rename an entry or a source wherever it is referred to.",
        "fmt": "Lay out the YAML files in their canonical form.",
        "schema": "List, write or check the JSON Schemas.",
        "completion": "Complete commands and ids in bash, zsh or fish.",
        "lsp": "Serve an editor: diagnostics, completion, hover, rename and more.",
    }


app = typer.Typer(
    name="amanat",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


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
    if "_AMANAT_COMPLETE" in os.environ:  # a shell asks what to complete
        from typer._completion_classes import completion_init

        completion_init()
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
        _drop_output()
        return 0
    except OSError as error:
        if error.errno not in _FULL:
            return _our_bug()
        return unwritten(error)
    except Exception:  # noqa: BLE001 - the one place where a bug of ours becomes a log file
        return _our_bug()
    return 0


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says where there is no more room for what is written."""


def unwritten(error: OSError) -> int:
    """Say that what was found could not be written to the end; return the exit code."""
    _drop_output()
    sys.stderr.write(f"error: cannot write: {error.strerror}\n  help: make room, then run it again\n")
    return EnvironmentFault.exit_code


def _drop_output() -> None:
    """Let go of what waits to be written to where nothing can be written any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
