"""Rules about erasure, recipients and transfers: ER101 to ER103."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule
from amanat.model.catalog import Catalog
from amanat.model.countries import ADEQUATE, CERTIFIED_ONLY, EEA, is_third
from amanat.model.resources import Recipient, System, Transfer
from amanat.model.values import RecipientId
from amanat.rules.usage import is_held
from amanat.rules.wording import joined, listing, without

_BOUND_BY_CONTRACT = {"processor": "GDPR Art. 28(3)", "joint_controller": "GDPR Art. 26(1)"}


def _no_erasure_method(ctx: Context) -> Iterator[Finding]:
    for system in ctx.catalog.systems.values():
        if not is_held(system.status) or "erase" in system.broken:
            continue
        erase = system.erase
        absent = [
            word
            for word, known in (
                ("how a person's data is erased", erase is not None and erase.method is not None),
                ("when the last backup is gone", erase is not None and erase.backups is not None),
            )
            if not known
        ]
        if absent:
            yield Finding(
                "ER101",
                f"`{system.id}` does not say {joined(absent)}",
                system.place.at("erase") if erase is not None else system.place,
                system.id,
                fix=Fix("fill in `erase: {method: delete, backups: P35D}`"),
            )


def _unbound_recipient(ctx: Context) -> Iterator[Finding]:
    for recipient in ctx.catalog.recipients.values():
        if recipient.role is None and "role" not in recipient.broken:
            contract = "" if recipient.contract else " and no contract"
            yield Finding(
                "ER102",
                f"`{recipient.id}` has no role in the processing{contract}",
                recipient.place,
                recipient.id,
                fix=Fix(
                    "say in `role` whether it is a processor, a controller or an authority, and name the "
                    "`contract`"
                ),
            )
        elif (
            recipient.role in _BOUND_BY_CONTRACT
            and not recipient.contract
            and "contract" not in recipient.broken
        ):
            yield Finding(
                "ER102",
                f"`{recipient.id}` is a {recipient.role.replace('_', ' ')} without a contract "
                f"({_BOUND_BY_CONTRACT[recipient.role]})",
                recipient.place,
                recipient.id,
                fix=Fix("say in `contract` where it is kept; without one, stop sending data"),
            )


def _unsafe_transfer(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    home = catalog.controller.country if catalog.controller else ""
    if not any(place == "EU" or place in EEA for place in (*catalog.jurisdictions, home)):
        return
    for transfer in catalog.transfers.values():
        yield from _unproven(transfer)
    if catalog.unreadable:
        return
    covered = _covered(catalog)
    open_recipients = set()
    for recipient in catalog.recipients.values():
        if recipient.country and is_third(recipient.country) and recipient.id not in covered:
            if _only_planned(catalog, recipient.id) or "country" in recipient.broken:
                continue
            open_recipients.add(recipient.id)
            yield _uncovered(catalog, recipient, recipient.country)
    for system in catalog.systems.values():
        if (
            system.country
            and is_third(system.country)
            and is_held(system.status)
            and system.id not in covered
            and system.recipient not in covered
            and system.recipient not in open_recipients
        ):
            yield _uncovered(catalog, system, system.country)


def _unproven(transfer: Transfer) -> Iterator[Finding]:
    """What a declared transfer to a third country lacks."""
    country = transfer.country
    if country is None or not is_third(country):
        return
    if transfer.mechanism == "adequacy" and country not in CERTIFIED_ONLY:
        yield Finding(
            "ER103",
            f"`{transfer.id}` rests on adequacy, but there is no decision for `{country}`",
            transfer.place.at("mechanism"),
            transfer.id,
            fix=Fix("use another mechanism, such as standard contractual clauses (`scc`)"),
        )
        return
    absent = [k for k in ("mechanism", "evidence") if not getattr(transfer, k) and k not in transfer.broken]
    if absent:
        yield Finding(
            "ER103",
            f"`{transfer.id}` goes to `{country}` without {joined(absent)}",
            transfer.place,
            transfer.id,
            fix=Fix("name the mechanism of Art. 45 to 49, and in `evidence` where its papers are"),
            data={"country": country, "missing": absent},
        )


def _covered(catalog: Catalog) -> frozenset[str]:
    """Recipients and systems that some transfer speaks of; a recipient's transfer covers the systems it
    runs, and the other way round."""
    named = {name for t in catalog.transfers.values() for name in (t.recipient, t.system) if name is not None}
    for system in catalog.systems.values():
        if system.recipient is not None and system.id in named:
            named.add(system.recipient)
    return frozenset(named)


def _only_planned(catalog: Catalog, recipient: RecipientId) -> bool:
    """Whether everything that sends data to the recipient is not held to what is for live ones."""
    senders = [s.status for s in catalog.systems.values() if s.recipient == recipient]
    senders += [p.status for p in catalog.purposes.values() if recipient in p.recipients]
    return bool(senders) and not any(is_held(status) for status in senders)


def _uncovered(catalog: Catalog, entry: Recipient | System, country: str) -> Finding:
    runs = [s for s in catalog.systems.values() if s.recipient == entry.id and is_held(s.status)]
    what = f" and runs {listing(system.id for system in runs)}" if runs else ""
    certified = CERTIFIED_ONLY.get(country)
    ways = ["`mechanism: scc` with the signed clauses as evidence"]
    if certified:
        ways.append(f"`mechanism: adequacy` with its certification as evidence ({certified})")
    return Finding(
        "ER103",
        f"`{entry.id}` is in `{country}`{what}, and no transfer says what makes that lawful",
        entry.place.at("country"),
        entry.id,
        related=tuple(Related(f"`{system.id}` is declared here", system.place) for system in runs[:3]),
        fix=Fix(
            f"declare it under `transfers` with `country: {country}`, a mechanism and its evidence",
            tuple(ways),
        ),
        data={"country": country},
    )


_SURVEYS = """\
systems:
  surveys:
    label: Surveys
    kind: survey
    owner: sales
    country: DE
    customer_id: surveys.answers.customer_no
    security: [encryption_at_rest, mfa]
    erase: {method: delete, backups: P30D}
    users: 5
fields:
  customer.answer:
    label: Answer
    definition: What the customer answered to the yearly survey
    category: message.content
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    caveats: Only one customer in ten answers
    mask: redact
    sources: {surveys.answers.text: }
"""

_PARCELS = """\
recipients:
  parcels:
    label: Parcel service
    role: processor
    contract: contracts/parcels.pdf
    country: DE
"""

_MAILER = """\
recipients:
  mailer:
    label: Mail service
    role: processor
    contract: contracts/mailer.pdf
    country: US
transfers:
  mail_to_us:
    recipient: mailer
    country: US
    mechanism: scc
    evidence: contracts/mailer-clauses.pdf
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="ER101",
        name="no-erasure-method",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a live system without erasure method and backup lag",
        rationale=(
            "A request for erasure reaches every system or it fails. The one that nobody knows how to "
            "erase keeps the person, and a restored backup brings back what was deleted: erasure is done "
            "when the last backup is gone."
        ),
        source="GDPR Art. 17; IR ECL 59; Cal. Civ. Code 1798.105",
        profiles=("core", "gdpr", "ir", "ccpa"),
        help="fill in the system's `erase`: the method, and the period after which the last backup is gone",
        example=Example(bad=without(_SURVEYS, "erase"), good=_SURVEYS, at=(2, 3)),
        check=_no_erasure_method,
    ),
    Rule(
        code="ER102",
        name="unbound-recipient",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a recipient without role and contract",
        rationale=(
            "Whether somebody acts on our instructions or for themselves decides who answers for the data. "
            "A processor may act only under a contract, joint controllers need an arrangement; a "
            "controller of its own and an authority need none of the two."
        ),
        source="GDPR Art. 26, 28(3)",
        profiles=("gdpr",),
        help="set the `role`, and say in `contract` where the contract is kept",
        example=Example(bad=without(_PARCELS, "contract"), good=_PARCELS, at=(2, 3)),
        check=_unbound_recipient,
    ),
    Rule(
        code="ER103",
        name="unsafe-transfer",
        severity=Severity.ERROR,
        since="0.1",
        summary="sends data to a third country without mechanism and evidence",
        rationale=(
            "Outside the European Economic Area the law that protects people ends, unless the Commission "
            "decided "
            f"that a country's own suffices ({', '.join(sorted(ADEQUATE))}; for the US only certified "
            "organisations) or clauses, rules or an exception stand in. A system that is run or read from "
            "there counts as a transfer. Applies where the EU or one of its countries is a jurisdiction."
        ),
        source="GDPR Art. 44-49",
        profiles=("gdpr",),
        help="declare it under `transfers` with a mechanism and the place of its papers",
        example=Example(bad=_MAILER.partition("transfers:")[0], good=_MAILER, at=(6, 14)),
        check=_unsafe_transfer,
    ),
)
