"""A plan as a script of SQL, with comments that say what each statement does and why others are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from amanat.policy.targets.quoting import comment
from amanat.retention.plan.model import Cannot, Plan, Step
from amanat.retention.told import Told
from amanat.sheet import Spans, located


def script(made: Plan, told: Told, spans: Spans) -> str:
    """The script. Every line is a comment, a query that counts, or a statement."""
    return "\n".join(_lines(made, told, spans)) + "\n"


def _lines(made: Plan, told: Told, spans: Spans) -> Iterator[str]:
    yield comment(told.t("title.plan", name=told.system(made.system.id), day=told.day(made.as_of)))
    yield comment(told.t("plan.dry"))
    yield comment(told.t("plan.days", day=made.as_of.isoformat()))
    yield comment(told.t("plan.zone"))
    yield comment(told.t("plan.proof"))
    if made.differing:
        where, policies = told.where(made.jurisdictions), _row(told, made.differing)
        yield comment(told.t("plan.laws", where=where, policies=policies))
    for circle in made.cycles:
        yield comment(told.t("plan.cycle", tables=_row(told, circle)))
    if made.engine == "spark":
        yield comment(told.t("plan.spark"))
    lag = made.system.erase.backups if made.system.erase else None
    said = told.t("plan.backups", lag=told.period(lag)) if lag else told.t("plan.nobackups")
    yield comment(said)
    if not made.steps:
        yield ""
        yield comment(told.t("plan.none"))
    for number, step in enumerate(made.steps, 1):
        yield ""
        yield from _step(number, step, told)
    if made.cannot:
        yield ""
        yield comment(told.t("plan.cannot"))
        for one in made.cannot:
            yield from _left(one, told, spans)


def _step(number: int, step: Step, told: Told) -> Iterator[str]:
    columns, policies = _row(told, step.columns), _row(told, step.policies)
    what = told.t(f"plan.{step.action}", table=step.table, columns=columns, policies=policies)
    yield comment(f"{number}. {what}")
    if step.guards:
        yield comment(f"   {told.t('plan.guards', tables=_row(told, step.guards))}")
    if step.unmapped:
        yield comment(f"   {told.t('plan.unmapped', columns=_row(told, step.unmapped))}")
    yield comment(f"   {told.t('plan.count')} {step.count}")
    yield step.statement


def _left(one: Cannot, told: Told, spans: Spans) -> Iterator[str]:
    place = f" ({located(spans, one.place)})" if one.place is not None else ""
    why = told.t(f"why.{one.why}", about=one.about)
    yield comment(f"- {one.table}: {_row(told, one.columns)} – {why}{place}")
    if one.count is not None:
        yield comment(f"  {told.t('plan.upper')} {one.count}")


def _row(told: Told, names: Iterable[str]) -> str:
    return told.t("comma").join(names)
