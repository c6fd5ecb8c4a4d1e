"""Rules about reading files and checking them against the schema: LD, SC and ID.

The loader yields their findings, because nothing can be judged before it has run; here they are explained.
"""

from __future__ import annotations

from amanat.diagnostic import Severity
from amanat.lint.rule import Example, Rule
from amanat.rules.wording import without

_TEAM = """\
teams:
  wholesale:
    label: Wholesale
    contact: wholesale@shop.example
    lead: Head of wholesale
    deputy: Wholesale operations lead
"""

_HOLD = """\
holds:
  lawsuit:
    reason: A claim about a delivery is before court
    fields: [customer.*]
    by: privacy_office
    from: 2026-01-15
    review: 2026-07-15
"""

_PARCELS = """\
recipients:
  parcels:
    label: Parcel service
    role: processor
    contract: contracts/parcels.pdf
    country: DE
"""

_ROOT = """\
catalog:
  name: Example
  languages: [en]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  jurisdictions: [EU]
  defaults: {origin: given}
rules:
  profiles: [core, gdpr]
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="LD101",
        name="unreadable-file",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a file that is not valid UTF-8 YAML",
        rationale=(
            "A file that cannot be read holds declarations that nobody checks and no output shows. The "
            "rest of the catalog is still judged, and references to what the file seems to declare are not "
            "reported."
        ),
        source="YAML 1.2.2; RFC 3629",
        help="go to the place named, mend quotes, brackets or indentation there, and save the file as UTF-8",
        example=Example(
            bad=_TEAM.replace("label: Wholesale", "label: Wholesale: parcels"),
            good=_TEAM,
            at=(3, 21),
        ),
    ),
    Rule(
        code="LD102",
        name="duplicate-key",
        severity=Severity.ERROR,
        since="0.1",
        summary="repeats a key in one map",
        rationale=(
            "YAML forbids it, yet most readers keep the last value and drop the first without a word. What a "
            "colleague declared a few lines above is then gone from every output."
        ),
        source="YAML 1.2.2, section 3.2.1.3",
        help="keep one of the two; the finding shows both places",
        example=Example(bad=_TEAM + "    contact: shop@shop.example\n", good=_TEAM, at=(7, 5)),
    ),
    Rule(
        code="LD103",
        name="limit-exceeded",
        severity=Severity.ERROR,
        since="0.1",
        summary="nests, aliases or grows beyond the limits",
        rationale=(
            "A few lines of nested aliases can stand for billions of values. The limits are far above what a "
            "person writes and keep a prepared file from filling the memory of a pipeline."
        ),
        help="split the file, or write the values out instead of nesting aliases",
        example=Example(
            bad=_TEAM + f"    x_notes: {'[' * 64}deep{']' * 64}\n",
            good=_TEAM + "    x_notes: [[deep]]\n",
            at=(7, 75),
        ),
    ),
    Rule(
        code="LD104",
        name="surprising-scalar",
        severity=Severity.WARNING,
        since="0.1",
        summary="writes an unquoted value that other YAML readers change",
        rationale=(
            "Here `NO` is a text. For readers of YAML 1.1 it is false, `1:30` is ninety, and `017` is "
            "fifteen. Quotes make all of them agree, so that an export, an editor and a script see the "
            "same value."
        ),
        source="YAML 1.2.2, section 10.3; YAML 1.1 types",
        help="put the value in quotes",
        example=Example(
            bad=_TEAM + "    x_office: NO\n",
            good=_TEAM + "    x_office: 'NO'\n",
            at=(7, 15),
        ),
    ),
    Rule(
        code="LD105",
        name="moot-suppression",
        severity=Severity.WARNING,
        since="0.1",
        summary="suppresses a finding that is not there, or by a suppression that has expired",
        rationale=(
            "A suppression is a decision about one finding, with a reason, somebody who took it, and an "
            "end. Once the finding is gone or the end has come it decides nothing, and would hide the next "
            "one unseen."
        ),
        help="remove the suppression; if the finding is still there, mend it or decide on it again",
        example=Example(
            bad=_TEAM,
            good=_TEAM,
            at=(10, 7),
            file="amanat.yaml",
            files={"amanat.yaml": _ROOT},
            bad_files={
                "amanat.yaml": _ROOT
                + "  ignore:\n    - {rule: missing-benefit, subject: orders, reason: Under review, "
                "by: sales, expires: 2026-12-31}\n"
            },
            as_of="2026-06-30",
        ),
    ),
    Rule(
        code="SC101",
        name="unknown-key",
        severity=Severity.ERROR,
        since="0.1",
        summary="uses a key that does not exist here",
        rationale=(
            "A misspelt key looks declared and is not: `ownr: crm` leaves the field without an owner. Keys "
            "of the team's own begin with `x_` and are kept in exports."
        ),
        help="use the key that is suggested, or begin your own with `x_`",
        example=Example(
            bad=_TEAM.replace("contact", "contakt"),
            good=_TEAM,
            at=(4, 5),
        ),
    ),
    Rule(
        code="SC102",
        name="wrong-value",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a value of the wrong type or outside the allowed set",
        rationale=(
            "The value is taken out and nothing is guessed in its place, so that policies and exports never "
            "rest on it. No other rule reports the gap that this leaves."
        ),
        help="use one of the allowed values; the nearest is suggested",
        example=Example(
            bad=_PARCELS.replace("processor", "procesor"),
            good=_PARCELS,
            at=(4, 11),
        ),
    ),
    Rule(
        code="SC103",
        name="missing-key",
        severity=Severity.ERROR,
        since="0.1",
        summary="leaves out a required key",
        rationale=(
            "Some keys have no safe default: a field without a classification cannot be masked, a team "
            "without a mailbox cannot be asked. Fields count after inheritance from file, category and "
            "catalog."
        ),
        help="add the key, or set it in the `defaults` of the file or of the catalog where that is possible",
        example=Example(bad=without(_TEAM, "contact"), good=_TEAM, at=(2, 3)),
    ),
    Rule(
        code="ID101",
        name="unknown-reference",
        severity=Severity.ERROR,
        since="0.1",
        summary="refers to an id that is not declared",
        rationale=(
            "A reference to nothing fails in silence: the field has an owner in the file and none in life. "
            "What rests on the reference is not judged further, so that one slip is one finding."
        ),
        help="use the id that is suggested, or declare the missing entry",
        example=Example(
            bad=_HOLD.replace("privacy_office", "privcy_office"),
            good=_HOLD,
            at=(5, 9),
        ),
    ),
    Rule(
        code="ID102",
        name="declared-twice",
        severity=Severity.ERROR,
        since="0.1",
        summary="declares an id twice",
        rationale=(
            "Two entries with one id are two meanings under one name, and which of them counts would "
            "depend on the order of files. An id stands once in the whole catalog."
        ),
        source="ISO/IEC 11179-5",
        help="merge the two entries, or give one of them an id of its own; the finding shows both places",
        example=Example(
            bad=_TEAM,
            good=_TEAM.replace("  wholesale:", "  retail:"),
            at=(2, 3),
            files={"another.yaml": _TEAM},
        ),
    ),
    Rule(
        code="ID103",
        name="bad-id",
        severity=Severity.ERROR,
        since="0.1",
        summary="has an id outside the allowed form",
        rationale=(
            "Ids become names of roles and views in engines, of pages and of files. Lower-case letters, "
            "digits and underscores survive all of them, and two ids never differ only in case."
        ),
        source="ISO/IEC 11179-5",
        help="use lower-case letters, digits and underscores, beginning with a letter; dots only where ids "
        "form a hierarchy",
        example=Example(bad=_TEAM.replace("  wholesale:", "  Wholesale-Team:"), good=_TEAM, at=(2, 3)),
    ),
    Rule(
        code="ID104",
        name="reused-id",
        severity=Severity.ERROR,
        since="0.1",
        summary="reuses an id once renamed away",
        rationale=(
            "Old reports, requests and copies still speak of the old id. If it comes back with another "
            "meaning, they silently speak of something else."
        ),
        source="ISO/IEC 11179-6",
        help="give the new entry an id of its own",
        example=Example(
            bad=_TEAM + "  partners:\n    label: Partners\n    contact: partners@shop.example\n"
            "    lead: Head of partners\n    deputy: Partner manager\n    renamed_from: wholesale\n",
            good=_TEAM.replace("wholesale:", "partners:", 1) + "    renamed_from: wholesale\n",
            at=(2, 3),
        ),
    ),
)
