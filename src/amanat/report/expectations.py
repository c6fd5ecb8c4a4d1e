"""What the catalog's expectations came to, as a test runner tells it: text, JUnit XML, JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from xml.etree import ElementTree

from amanat.load.positions import Spans
from amanat.policy.expect import KEPT, Result, Verdict
from amanat.policy.explain import position
from amanat.report.console import printable
from amanat.report.xml import document
from amanat.report.xml import holdable as _xml


def written(form: str, results: Sequence[Result], spans: Spans) -> str:
    """The results as `text`, `junit` or `json`."""
    if form == "text":
        return as_text(results, spans)
    return (as_junit if form == "junit" else as_json)(results, spans)


def as_text(results: Sequence[Result], spans: Spans) -> str:
    """One line for each expectation, below it what is not as expected, then the count."""
    lines: list[str] = []
    for result in results:
        cells = "1 cell" if result.cells == 1 else f"{result.cells} cells"
        where = "" if result.passed else f"  {_where(result, spans)}"
        lines.append(printable(f"{result.verdict.value:<5} {result.expectation.id}  ({cells}){where}"))
        lines += [printable(f"      {line}") for line in result.broken]
    failed = sum(not result.passed for result in results)
    return "\n".join([*lines, f"{len(results) - failed} passed, {failed} failed"]) + "\n"


def as_junit(results: Sequence[Result], spans: Spans) -> str:
    """JUnit XML: a test case for each expectation. One that fails in a cell is a failure, one with a selector
    that matches nothing an error. No time is measured, so that the same catalog gives the same bytes."""
    counts = {
        "tests": str(len(results)),
        "failures": str(sum(result.verdict is Verdict.FAIL for result in results)),
        "errors": str(sum(result.verdict is Verdict.EMPTY for result in results)),
        "time": "0",
    }
    root = ElementTree.Element("testsuites", {"name": "amanat policy test", **counts})
    suite = ElementTree.SubElement(root, "testsuite", {"name": "expectations", **counts, "skipped": "0"})
    for result in results:
        # The schema that CI servers check by knows no file and line of a case: the file stands as its class.
        named = {"classname": _xml(result.expectation.place.file), "name": _xml(result.expectation.id)}
        case = ElementTree.SubElement(suite, "testcase", {**named, "time": "0"})
        if not result.passed:
            tag = "failure" if result.verdict is Verdict.FAIL else "error"
            what = f"{result.different} of {result.cells} cells" if result.different else result.broken[0]
            told = {"message": _xml(what), "type": f"expected-{result.expectation.effect}"}
            body = ElementTree.SubElement(case, tag, told)
            body.text = _xml("\n".join([_where(result, spans), *result.broken]))
    return document(root)


def as_json(results: Sequence[Result], spans: Spans) -> str:
    """The results as JSON (schema: `policy-test.schema.json`)."""
    failed = sum(not result.passed for result in results)
    data = {
        "version": 1,
        "summary": {"passed": len(results) - failed, "failed": failed},
        "results": [_data(result, spans) for result in results],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _data(result: Result, spans: Spans) -> dict[str, object]:
    expected = result.expectation
    file, line = position(expected.place, spans)
    return {
        "id": expected.id,
        "expected": expected.effect,
        "expected_mask": str(expected.mask) if expected.mask else None,
        "verdict": result.verdict.value.lower(),
        "file": file,
        "line": line,
        "cells": result.cells,
        "different": result.different,
        "empty": list(result.broken) if result.verdict is Verdict.EMPTY else [],
        "differing": [
            {
                "role": cell.role,
                "purpose": cell.purpose,
                "action": cell.action.value,
                "field": cell.field,
                "decision": cell.got.effect.value,
                "mask": str(cell.got.mask) if cell.got.mask else None,
                "reason": cell.got.reason or None,
            }
            for cell in result.differing[:KEPT]
        ],
    }


def _where(result: Result, spans: Spans) -> str:
    file, line = position(result.expectation.place, spans)
    return f"{file}:{line}" if line else str(file)
