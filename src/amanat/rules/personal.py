"""Rule about real data in the catalog: PD."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule

if TYPE_CHECKING:
    from amanat.rules.texts import Written

_CHUNK = 256
"""Fields tested at once: a clean chunk costs one pass over its joined texts."""


def _real_personal_data(ctx: Context) -> Iterator[Finding]:
    from amanat.rules.lookalike import may_hold
    from amanat.rules.texts import words_of_field, written, written_in_field

    for item in written(ctx.catalog):
        if may_hold(item.text):
            yield from _judged(item)
    fields = iter(ctx.catalog.fields.values())
    while chunk := list(islice(fields, _CHUNK)):
        if may_hold("\n".join([text for field in chunk for text in words_of_field(field)])):
            for field in chunk:
                for item in written_in_field(field, ctx.catalog.language):
                    if may_hold(item.text):
                        yield from _judged(item)


def _judged(item: Written) -> Iterator[Finding]:
    """One finding for each kind of thing that a text seems to hold."""
    from amanat.rules.lookalike import hits

    key = "/".join(str(step) for step in item.path or item.entry.path)
    for kind, shown in {hit.kind: hit.shown for hit in hits(item.text, item.contact)}.items():
        yield Finding(
            "PD101",
            f"`{item.subject}` holds what looks like {kind}: `{shown}`",
            item.place,
            item.subject,
            fix=Fix("take it out of the file and of its history", _ways_out(kind)),
            data={"kind": kind},
            detail=f"{key} {kind}",
        )


def _ways_out(kind: str) -> tuple[str, ...]:
    if "secret" in kind or "password" in kind:
        return (
            "revoke it now, it counts as known",
            "name the environment variable that holds it (`url_env`)",
        )
    if "e-mail" in kind:
        return ("write a team's mailbox", "in examples, use a reserved domain such as `someone@shop.example`")
    return ("describe the value, or write an example that is none, such as `0000000000`",)


_TEAM = """\
teams:
  wholesale:
    label: Wholesale
    contact: wholesale@shop.example
    lead: Head of wholesale
    deputy: Wholesale operations lead
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="PD101",
        name="real-personal-data",
        severity=Severity.ERROR,
        since="0.1",
        summary="contains what looks like a real e-mail, card, national id or secret",
        rationale=(
            "The catalog is copied to every clone, site and export, and git forgets nothing: it must "
            "describe data and hold none. Addresses at reserved domains (`.example`), mailboxes that name "
            "a function (`privacy@`) and published test card numbers are fine. In keys meant for a "
            "mailbox, only free-mail accounts and addresses that read like a person's name are reported."
        ),
        source="GDPR Art. 5(1)(c), 5(1)(f)",
        profiles=("core", "gdpr", "ir", "ccpa", "pci"),
        help=(
            "write a team's mailbox or a made-up value; revoke a secret, and clean the history of the "
            "repository"
        ),
        example=Example(
            bad=_TEAM.replace("wholesale@shop.example", "sara.ahmadi@gmail.com"),
            good=_TEAM,
            at=(4, 14),
        ),
        check=_real_personal_data,
        alone=True,
    ),
)
