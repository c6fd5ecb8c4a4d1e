"""Where the report and the plan of `policy verify` go."""

from __future__ import annotations

import sys
from pathlib import Path

from amanat.cli.options import TextOrJson
from amanat.cli.output import write_plain
from amanat.cli.session import write_text
from amanat.errors import EnvironmentFault
from amanat.policy.verify.document import report_as_json
from amanat.policy.verify.finding import Report
from amanat.policy.verify.show import plan_as_text, report_as_text


def hand_over(report: Report, plan: bool, form: TextOrJson, output: Path | None) -> None:
    """Write the report; and with `plan` the plan: into JSON it is put, into a file it goes with its inverse
    in a file beside it, and on the terminal the report steps aside to standard error."""
    if plan and report.obstacle:
        raise EnvironmentFault(
            f"no plan can be written: {report.obstacle}",
            hint="rename or drop what has that name; without `--plan` the report tells what it is",
        )
    if form is TextOrJson.JSON:
        write_text(output, report_as_json(report, plan))
    elif not plan:
        write_text(output, report_as_text(report, False))
    elif output is None:
        sys.stderr.write(report_as_text(report, True))
        sys.stdout.write(plan_as_text(report.change))
    else:
        sys.stdout.write(report_as_text(report, True))
        if report.change is None:
            sys.stdout.write("nothing to change, so no plan is written\n")
            return
        undo = f"{output.name.removesuffix('.sql')}.undo.sql"
        files = {output.name: report.change.apply, undo: report.change.undo}
        write_plain(output.parent, {name: text.encode() for name, text in files.items()})
        sys.stdout.write(f"the plan is in {output}, its inverse in {output.parent / undo}\n")
