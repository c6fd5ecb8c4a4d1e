"""What the `policy` commands share: decisions for the terminal, comparing with another state, refusals."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from amanat.cli.overlay import catalog_with, names_of
from amanat.cli.session import Lines, warn_of_faults
from amanat.errors import UsageError
from amanat.history.revision import catalog_at
from amanat.load import Loaded
from amanat.policy.changed import Move, moved
from amanat.policy.explain import Explanation, as_json
from amanat.policy.matrix import Selection, unmatched
from amanat.policy.moves import Compared


def written_explanation(explained: Explanation, loaded: Loaded, form: str, *, plain: bool) -> str:
    """The explanation as `text` or `json`; for a terminal in its width and, where it wants them, colours."""
    if form == "json":
        return as_json(explained, loaded.spans)
    from amanat.report.console import use_colour
    from amanat.report.ladder import as_text

    width = None
    if sys.stdout.isatty():
        from rich.console import Console

        width = max(60, Console().width)
    return as_text(explained, loaded.spans, Lines(loaded.root), width, use_colour(plain))


class Sides(NamedTuple):
    """Two states of a catalog, and what they are."""

    before: Loaded
    after: Loaded
    compared: Compared


@contextmanager
def sides(
    loaded: Loaded,
    revision: str | None,
    edits: Sequence[Path] = (),
    name: str | None = None,
    root: Path | None = None,
) -> Iterator[Sides]:
    """The catalog at a git revision (None: as it stands) beside the catalog as it stands, or with edited
    files in place of its own. Nothing in the catalog's folder is written. `root` is where it stands in
    git, where it was read from elsewhere."""
    stands_for = names_of(loaded, edits, name)
    with ExitStack() as open_states:
        before, commit = loaded, None
        if revision is not None:
            before, commit = open_states.enter_context(catalog_at(root or loaded.root, revision))
        after = open_states.enter_context(catalog_with(loaded, stands_for)) if stands_for else loaded
        title = [f"since `{revision}` ({commit[:12]})"] if commit else []
        title += [f"with `{edit}` for `{own}`" for own, edit in stands_for.items()]
        yield Sides(before, after, Compared(revision, commit, tuple(stands_for), " ".join(title)))


def moves(two: Sides, wanted: Selection, as_of: date | None) -> tuple[Move, ...]:
    """The cells that moved between two states, both judged by the same day. Says on standard error where one
    of them could not be read in full. Raises `UsageError` for a selector that matches nothing in either."""
    unknown_before = {what for what, _, _ in unmatched(two.before.catalog, wanted)}
    for what, selector, names in unmatched(two.after.catalog, wanted):
        if what in unknown_before:
            raise nothing_selected(what, selector, names)
    revision = two.compared.revision
    warn_of_faults(two.before, f" at `{revision}`" if revision else "")
    if two.compared.files:
        warn_of_faults(two.after, " with the edit")
    return moved(two.before.catalog, two.after.catalog, as_of, wanted)


def refuse_unmatched(loaded: Loaded, wanted: Selection) -> None:
    """Raise `UsageError` for the first selector that matches nothing."""
    for what, selector, names in unmatched(loaded.catalog, wanted):
        raise nothing_selected(what, selector, names)


def nothing_selected(what: str, selector: str, names: tuple[str, ...]) -> UsageError:
    """The refusal of a selector that matches nothing, with what may be meant."""
    near = get_close_matches(selector, names, n=3) or names[:3]
    return UsageError(f"no {what} matches `{selector}`", hint=f"did you mean {', '.join(near) or 'none'}?")
