"""What the pages say: the policy's decisions, the conflict engine's verdicts, and what nobody knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amanat.docsite import render
from amanat.docsite.atlas import atlas_of
from amanat.docsite.pages.fields import field_pages
from amanat.docsite.speech import speech_for
from amanat.history import ABSENT, Attribute, Commit, Event, History, Key, State, What
from amanat.model.values import Action
from amanat.policy.decide import decide
from amanat.rules import RULES
from tests.unit.docsite.sites import DAY, RICH, ROOT, Document, page, rich_files, rich_site, site_of


def _english(path: str) -> str:
    return page(rich_files(), f"en/{path}").text


def test_every_reading_on_the_pages_is_the_reference_decision() -> None:
    site = rich_site()
    catalog = site.catalog
    atlas = atlas_of(site)
    shown = {
        (reading.role, reading.purpose, field): reading
        for field, readings in atlas.access.readings.items()
        for reading in readings
    }
    effects = set()
    for role in catalog.roles:
        for purpose in catalog.purposes.values():
            for field in catalog.fields:
                decision = decide(catalog, role, purpose.id, Action.READ, field, DAY)
                effects.add(decision.effect.value)
                reading = shown.get((role, purpose.id, field))
                if reading is None:
                    assert decision.effect.value == "deny"
                else:
                    assert tuple(reading[2:]) == tuple(decision.outcome)
    assert effects == {"allow", "mask", "deny"}


def test_the_field_page_says_who_sees_it_how_and_why() -> None:
    text = _english("fields/customer.email.html")
    assert "Agent Service, Calls in plain the role is cleared for Confidential" in text
    # Two masks that cannot be compared join to the strictest.
    why = "the role is only cleared for Internal · always masked for this purpose"
    assert f"Marketer Marketing masked: nothing shown {why}" in text
    assert "only rows whose subject consented: Shop users.opt_in = yes" in text


def test_the_field_page_says_why_a_pair_is_refused() -> None:
    text = _english("fields/customer.phone.html")
    assert "explicitly denied: We promised Marketer for Marketing" in text


def test_the_field_page_says_where_each_fact_is_written_and_inherited_from() -> None:
    text = _english("fields/customer.email.html")
    assert "Owner Customer relations from the catalog’s defaults amanat.yaml:7" in text
    assert "Origin given by the person from the file’s defaults fields.yaml:1" in text
    assert "Classification Confidential from category contact.email" in text
    assert "e-mail domain only fields.yaml:13" in text


def test_retention_says_how_long_from_when_with_which_proof_what_then_and_why() -> None:
    text = _english("fields/customer.email.html")
    assert "1 year and 6 months closing of the account" in text
    ends = "kept to 2027-09-01; delete due on 2027-09-02"
    assert f"Shop users.closed_at delete {ends} business reason: People return" in text
    assert "For an event on 2026-03-01" in text
    assert "Iran 10 yearsinstead of 1 year and 6 months" in text
    assert "kept to 2036-03-01; archive due on 2036-03-02 legal minimum: Commercial code 6" in text
    assert "Suspended by a legal hold: lawsuit." in text
    assert "Shop 30 days" in text


def test_without_a_day_of_its_own_the_end_is_worked_out_for_a_day_that_stays_the_same() -> None:
    files = render(replace(rich_site(), names_day=False))
    text = page(files, "en/fields/customer.email.html").text
    assert "For an event on 2026-01-15" in text
    assert "kept to 2027-07-15; delete due on 2027-07-16" in text


def test_the_lineage_leads_both_ways() -> None:
    score, phone = (_english(f"fields/customer.{name}.html") for name in ("score", "phone"))
    assert "Telephone number Score Counted fields.yaml:" in score
    assert score.index("Derived from") < score.index("Telephone number Score") < score.index("Feeds none")
    assert "Derived from nothing: it is original Telephone number Feeds Score" in phone


def test_what_does_not_apply_is_told_from_what_nobody_stated() -> None:
    phone, score = (_english(f"fields/customer.{name}.html") for name in ("phone", "score"))
    assert "The customer’s own words not applicable" in phone
    assert "The customer’s own words Own words" in score
    assert "Quality expected not stated Know before you use it not stated" in phone


def test_sources_stand_side_by_side_and_the_unknown_is_not_blank() -> None:
    document = page(rich_files(), "en/fields/customer.email.html")
    cells = [td for td in document.all("td") if td.attributes.get("data-facet") == "length"]
    assert [" ".join(td.text.split()) for td in cells] == ["254", "100declared", "254observed", "unknown"]
    assert [("differs" in td.attributes["class"]) for td in cells] == [True] * 4


def test_a_source_that_the_snapshot_does_not_have_is_called_out() -> None:
    assert "not in the snapshot" in _english("fields/customer.words.html")


def test_an_accepted_discrepancy_shows_reason_handling_approver_and_expiry() -> None:
    text = _english("fields/customer.email.html")
    for words in ("No address is longer", "Refuse longer ones", "Privacy office", "2027-01-15"):
        assert words in text
        assert words in _english("ledger.html")


def test_an_open_conflict_shows_who_says_what_why_it_matters_and_ways_out() -> None:
    document = page(rich_files(), "en/fields/customer.email.html")
    text = document.text
    conflict = next(c for c in rich_site().conflicts.conflicts if c.id == "customer.email/definition")
    assert conflict.why.replace("`", "") in text
    assert "Ways out" in text
    assert any(pre.text.startswith("discrepancies:") for pre in document.all("pre"))


def test_a_ledger_entry_without_a_conflict_is_called_moot() -> None:
    assert "moot: no such conflict" in _english("ledger.html")


def test_a_system_without_a_snapshot_is_unknown_and_never_zero_per_cent() -> None:
    start = _english("index.html")
    silent = start.partition("Silent ")[2].partition("Open conflicts")[0]
    assert silent.startswith("unknown: no snapshot unknown unknown unknown unknown unknown")
    assert "0 %" not in silent
    assert "unknown: no snapshot" in _english("systems/silent.html")


def test_coverage_counts_mapped_ignored_and_unmapped_columns() -> None:
    text = _english("systems/shop.html")
    assert "mapped 8 ignored with a reason 1 unmapped 1 observed 10" in text
    assert "1 unmapped column users secret" in text
    assert "users.created_* Set by the program 1" in text


def test_the_system_page_sets_declared_controls_against_required_ones() -> None:
    text = _english("systems/shop.html")
    assert "access log declared Confidential" in text
    assert "multi-factor sign-in missing Confidential" in text
    assert "x_own_control declared nothing held here" in text


def test_the_purpose_page_warns_of_a_jurisdiction_without_basis() -> None:
    assert "European Union: legitimate interest missing in Iran" in _english("purposes/research.html")


def test_the_purpose_page_shows_consent_recipients_profiling_and_parents() -> None:
    marketing = _english("purposes/marketing.html")
    assert "opt-in · recorded in Shop users.opt_in · granted means yes" in marketing
    service = _english("purposes/service.html")
    assert "Consists of Calls" in service
    assert "human review: A person looks" in service
    assert "Consent not applicable" in service
    assert "Reason" not in service
    calls = page(rich_files(), "en/purposes/service.calls.html")
    assert "Part of Service" in calls.text
    assert "from purpose service" in calls.text


def test_the_role_page_counts_what_it_sees_and_what_it_does_not() -> None:
    text = _english("roles/visitor.html")
    assert "This role may not read any field." in text
    assert "6 further fields are denied for every purpose." in text


def test_a_rule_page_marks_the_line_of_its_example_and_lists_findings_now() -> None:
    site = rich_site()
    found = {diagnostic.code for diagnostic in site.diagnostics}
    rule = next(r for r in site.rules if r.code in found and r.example.file == "example.yaml")
    document = page(rich_files(), f"en/rules/{rule.name}.html")
    marked = [mark.text for mark in document.all("mark")]
    assert marked == [rule.example.bad.splitlines()[rule.example.at[0] - 1]]
    own = [d for d in site.diagnostics if d.code == rule.code]
    assert f"Findings now {len(own)}" in document.text


def test_the_start_page_counts_conflicts_and_findings() -> None:
    site = rich_site()
    text = _english("index.html")
    still = [c for c in site.conflicts.conflicts if c.status.value != "accepted"]
    assert f"Open conflicts {len(still)}" in text
    assert f"Accepted discrepancies {len(site.conflicts.conflicts) - len(still)}" in text
    assert f"Findings {len(site.diagnostics)}" in text


def test_the_field_list_is_in_the_order_of_the_readers_alphabet() -> None:
    document = page(rich_files(), "fa/fields.html")
    labels = [dt.text.split("\n")[0].split("  ")[0] for dt in document.all("dt")]
    names = [label.rsplit(" ", 1)[0] for label in labels if " " in label]
    persian = [name for name in names if name[0] > "\u0600"]
    assert persian == sorted(persian, key=speech_for("fa").sort_key)
    assert persian[0] == "جنسیت"
    assert persian[-1] == "نشانی ایمیل"


def test_conflicts_of_a_field_are_not_told_twice_among_its_findings() -> None:
    atlas = atlas_of(rich_site())
    for made in field_pages(atlas):
        for diagnostic in getattr(made.view, "findings", ()):
            assert "facet" not in diagnostic.data


@pytest.mark.parametrize("status", ["planned", "retired"])
def test_what_is_not_live_is_labelled(status: str) -> None:
    fields = f"fields: {{a.b: {{label: A, category: profile, classification: internal, status: {status}}}}}\n"
    files = render(site_of({"amanat.yaml": ROOT, "fields.yaml": fields}))
    assert f"a.b {status}" in page(files, "en/fields/a.b.html").text


def _with_history(history: History) -> Document:
    return page(render(replace(rich_site(), history=history)), "en/fields/customer.email.html")


def test_the_field_page_tells_who_changed_what_when() -> None:
    first = Commit("a" * 40, "2026-01-02", "Ada <b>", "Begin")
    later = Commit("b" * 40, "2026-02-03", "Bahar", "Shorter & sharper")
    length = Attribute(("length",), 255, 254)
    events = (
        Event(None, What.CHANGED, (Attribute(("compulsory",), ABSENT, True),), "customer.email"),
        Event(later, What.CHANGED, (length,), "customer.email"),
    )
    key, earlier = Key("fields", "customer.email"), Key("fields", "customer.mail")
    made = (Event(first, What.CREATED, (), "customer.mail"),)
    document = _with_history(History(State.KNOWN, {key: events, earlier: made}, begins=first))
    text = document.text
    assert "not committed yet changed compulsory added: true" in text
    assert "2026-02-03 Bahar bbbbbbbbbb changed Shorter & sharper length 255 → 254" in text
    assert "2026-01-02 Ada <b> aaaaaaaaaa created then under the id customer.mail Begin" in text
    assert "The history begins at commit aaaaaaaaaa of 2026-01-02, because the clone is shallow" in text
    assert "They do not prove who it was" in text
    titles = {span.text: span.attributes.get("title") for span in document.all("span")}
    assert "not committed yet" in titles.values()


def test_a_long_history_says_how_much_it_leaves_out() -> None:
    events = tuple(
        Event(Commit(f"{n:040}", "2026-01-02", "Ada", f"Commit {n}"), What.CHANGED, (), "customer.email")
        for n in range(25)
    )
    text = _with_history(History(State.KNOWN, {Key("fields", "customer.email"): events})).text
    assert "Commit 19" in text
    assert "Commit 20" not in text
    assert "and 5 earlier changes, which git log shows" in text


@pytest.mark.parametrize("state", [state for state in State if state is not State.KNOWN])
def test_where_git_says_nothing_the_page_says_why(state: State) -> None:
    text = _with_history(History(state)).text
    assert speech_for("en").say(f"history.state.{state.value}") in text


def test_a_recipient_is_told_with_what_it_receives_why_where_and_by_which_transfer() -> None:
    text = _english("recipients/mailer.html")
    assert "Contract contracts/1" in text
    assert (
        "Mails people.yaml:35 United States Mail service standard contractual clauses scc/1 Marketing" in text
    )
    assert "E-mail address Confidential CRM Service" in text
    assert "Gender Internal none Service" in text


def test_a_class_names_the_systems_that_lack_a_control() -> None:
    text = _english("classifications/confidential.html")
    assert "Systems without a control that it requires" in text
    assert "Shop multi-factor sign-in" in text


def test_a_category_leads_to_systems_purposes_and_people() -> None:
    text = _english("categories/contact.email.html")
    assert "Systems that hold these fields 3 CRM Shop Silent" in text
    assert "Purposes these fields may be used for 3 Marketing Service Calls" in text
    assert "Whom these fields are about 1 Customer" in text
    assert "Special category (GDPR Art. 9) no" in text


def test_a_system_says_what_it_is_for_and_what_suspends_deletion() -> None:
    text = _english("systems/shop.html")
    assert "Roles that may read some of it Agent, Marketer" in text
    assert "Suspended by a legal hold: lawsuit" in text
    assert "Suspended by a legal hold" not in _english("systems/crm.html")


def test_a_role_says_by_when_its_training_is_repeated() -> None:
    assert "Training to be repeated by 2026-11-02" in _english("roles/agent.html")
    assert "Training to be repeated by not stated" in _english("roles/marketer.html")


def test_a_rule_says_what_the_catalog_ignores_and_how_severe_it_has_it() -> None:
    more = """\
rules:
  severity: {missing-benefit: error}
  ignore: [{rule: missing-benefit, subject: research, reason: Not begun, by: privacy, expires: 2027-01-31}]
"""
    files = render(site_of({**RICH, "amanat.yaml": ROOT + more}, rules=RULES))
    text = page(files, "en/rules/missing-benefit.html").text
    assert "In this catalog: error" in text
    assert "research Not begun Privacy office 2027-01-31 amanat.yaml:10" in text


@pytest.mark.parametrize(
    ("path", "section", "identifier"),
    [
        ("systems/shop", "systems", "shop"),
        ("purposes/marketing", "purposes", "marketing"),
        ("roles/agent", "roles", "agent"),
        ("teams/crm", "teams", "crm"),
        ("stages/signup", "journey", "signup"),
        ("retention/account", "retention", "account"),
        ("recipients/mailer", "recipients", "mailer"),
    ],
)
def test_every_entry_has_its_history(path: str, section: str, identifier: str) -> None:
    made = Event(Commit("d" * 40, "2026-01-02", "Ada", "Begin it"), What.CREATED, (), identifier)
    history = History(State.KNOWN, {Key(section, identifier): (made,)})
    text = page(render(replace(rich_site(), history=history)), f"en/{path}.html").text
    assert "2026-01-02 Ada dddddddddd created Begin it" in text
