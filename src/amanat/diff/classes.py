"""The classes of changes, written out: how each bears on the people whose data it is about.

Whatever cannot be told to be better for them is widening: a mask that shows something else, a period that
cannot be compared, a lawful basis that changed.
"""

from __future__ import annotations

from amanat.diff.change import Class, Level

_WIDENING = {
    "field-added": "a further field of people's data is declared",
    "field-live": "a field that was not live is",
    "purpose-declared": "data may be used for a further purpose",
    "purpose-live": "a purpose that was not live is, or lasts longer",
    "purpose-added": "a field may be used for a further purpose",
    "purpose-claimed": "a source says that it is used for a further purpose",
    "basis-changed": "a purpose rests on another lawful basis",
    "consent-dropped": "what needed consent no longer does",
    "consent-weaker": "consent is asked or proven in another way",
    "condition-changed": "special categories are used under another condition, or under one at all",
    "assessment-dropped": "an assessment is no longer named",
    "benefit-dropped": "the customer's benefit is no longer named",
    "unexpected": "a purpose is no longer one that customers expect",
    "profiling-started": "people are profiled or decided about by machine",
    "profiling-changed": "the logic of profiling or its human review is another",
    "sale-started": "data is sold",
    "sharing-started": "data is shared for others' own purposes",
    "audience-wider": "more people may use data: a role, an action, a clearance, more members",
    "denial-dropped": "what was never allowed may be now",
    "mask-weaker": "a mask shows more, or something else",
    "class-lower": "data counts as less sensitive",
    "class-order-changed": "the order of classifications is another",
    "category-less-special": "data no longer counts as a special category",
    "control-dropped": "a control is no longer required, or no longer there",
    "retention-longer": "data is kept longer, or from another event on",
    "retention-unclear": "how long data is kept cannot be compared with before",
    "deletion-weaker": "less than before happens when the period ends",
    "erasure-later": "erasing takes longer, in copies and backups too, or is done in another way",
    "hold-added": "deletion is suspended for more",
    "recipient-added": "somebody else receives data",
    "country-added": "data goes to another country",
    "safeguard-changed": "a transfer or a recipient rests on another safeguard, contract or evidence",
    "source-added": "a further column or system holds the data",
    "system-declared": "a further system holds data",
    "derived-from-more": "a field is inferred from further data",
    "origin-changed": "data comes from people in a way they need not know",
    "compulsory": "people have to give what they were free to give",
    "subject-changed": "data is about other people",
    "jurisdiction-dropped": "a jurisdiction's law is no longer heeded",
    "guard-dropped": "a tested expectation of the access policy is gone or says less",
}
_NARROWING = {
    "field-removed": "a field is no longer declared",
    "field-retired": "a field is no longer live",
    "purpose-withdrawn": "a purpose is gone, no longer live, or ends earlier",
    "purpose-removed": "a field may no longer be used for a purpose",
    "basis-dropped": "a purpose has no lawful basis any more and is denied",
    "condition-dropped": "special categories may no longer be used",
    "consent-asked": "what needed no consent does now",
    "expected": "a purpose is one that customers expect",
    "profiling-ended": "people are no longer profiled",
    "sale-ended": "data is not, or no longer, sold",
    "sharing-ended": "data is not, or no longer, shared",
    "audience-narrower": "fewer people may use data",
    "denial-added": "something is never allowed",
    "mask-stronger": "a mask shows less",
    "class-higher": "data counts as more sensitive",
    "category-special": "data counts as a special category",
    "control-added": "a control is required, or there",
    "retention-shorter": "data is kept for a shorter time",
    "deletion-stronger": "more than before happens when the period ends",
    "erasure-sooner": "erasing is complete earlier",
    "hold-removed": "deletion is no longer suspended",
    "recipient-removed": "somebody no longer receives data",
    "country-removed": "data no longer goes to a country",
    "source-removed": "a column no longer holds the data",
    "system-withdrawn": "a system no longer holds data",
    "derived-from-less": "a field is inferred from less",
    "voluntary": "people are free to give what they had to give",
    "jurisdiction-added": "a further jurisdiction's law is heeded",
    "guard-added": "a further expectation of the access policy is tested",
}
_NEUTRAL = {
    "label-changed": "people read another name",
    "definition-changed": "what the data means is said in other words, or is another thing",
    "reason-changed": "why data is used is said in other words, or is another reason",
    "benefit-changed": "the benefit to the customer is said in other words, or is another",
    "owner-changed": "another team answers for it",
    "category-changed": "data is of another category",
    "authority-changed": "another source decides which value is right",
    "facet-changed": "form or type is another",
    "codes-changed": "a code list is another",
    "quality-changed": "what is expected of the data's quality is another",
    "stage-changed": "another stage of the customer's journey",
    "review-changed": "a date of review or of last use is another",
    "note-changed": "a note that bears on no decision is another",
    "team-changed": "a team, or how to reach it, is another",
    "controller-changed": "who is responsible, or how to reach them, is another",
    "identity-changed": "how a system's rows lead to a person is another",
    "ledger-changed": "a decision about a discrepancy is another",
    "rules-changed": "rules, suppressions or outputs of the catalog are set otherwise",
    "entry-added": "an entry that by itself bears on nobody is there",
    "entry-removed": "an entry that by itself bore on nobody is gone",
    "renamed": "an entry has another id",
}

CLASSES: dict[str, Class] = {
    name: Class(name, level, meaning)
    for level, named in (
        (Level.WIDENING, _WIDENING),
        (Level.NARROWING, _NARROWING),
        (Level.NEUTRAL, _NEUTRAL),
    )
    for name, meaning in named.items()
}
"""Every class by its name."""
