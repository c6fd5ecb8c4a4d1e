"""What `amanat golden` prints: SQL, words, JSON, or the list of all fields."""

from __future__ import annotations

from datetime import date

from amanat.cli.options import TextOrJson
from amanat.errors import UsageError
from amanat.load import Loaded


def target_of(field: str | None, explain: bool, target: str | None, format: TextOrJson) -> str | None:
    """The engine to write for; None: none. Raises `UsageError` where options contradict each other."""
    if target is not None and (explain or format is TextOrJson.JSON):
        other = "--explain" if explain else "--format json"
        raise UsageError(f"`--target` writes SQL, `{other}` does not", hint="give one of them")
    if explain and field is None:
        raise UsageError("`--explain` needs a field", hint="`amanat golden` lists them")
    if field is None or explain or format is TextOrJson.JSON:
        return target
    return target or "postgres"


def report(
    loaded: Loaded, field: str | None, target: str | None, format: TextOrJson, schemas: str, day: date | None
) -> str:
    """The text to print for one field, or for all (`field` None). `day` is the one to judge ages by; None:
    the engine asks on the day of the query."""
    from amanat.golden import files, show
    from amanat.golden.document import render
    from amanat.golden.targets.script import Naming
    from amanat.policy.targets.quoting import UnquotableError

    plans = files.planned(loaded.catalog)
    if field is not None:
        plans = tuple(one for one in plans if one[0].id == field)
        if not plans:
            raise _unknown(loaded, field)
    if format is TextOrJson.JSON:
        return render(plans, loaded.spans)
    if target is not None:
        if "{system}" not in schemas:
            raise UsageError(
                f"`{schemas}` does not say where the system's id goes", hint="such as raw_{system}"
            )
        try:
            return files.script(plans, target, Naming(schemas), day)
        except UnquotableError as error:
            raise UsageError(f"`{schemas}` cannot be the name of a schema: {error}") from error
    if field is None:
        from amanat.cli.tables import TableFormat
        from amanat.cli.tables import show as table

        rows = list(show.listing((one, plan) for one, plan, _ in plans))
        return table(("field", "decides", "takes part"), rows, TableFormat.TEXT)
    ((one, plan, view),) = plans
    return show.explanation(one, plan, view, loaded.spans, loaded.catalog.language)


def _unknown(loaded: Loaded, field: str) -> UsageError:
    from difflib import get_close_matches

    from amanat.model.values import FieldId

    known = loaded.catalog.fields.get(FieldId(field))
    if known is not None:
        why = "is retired" if known.sources else "has no source"
        return UsageError(f"`{field}` {why}, so it has no golden record", hint="see `amanat golden`")
    close = get_close_matches(field, list(loaded.catalog.fields), n=1, cutoff=0.6)
    hint = f"did you mean `{close[0]}`?" if close else "`amanat golden` lists the fields"
    return UsageError(f"there is no field `{field}`", hint=hint)
