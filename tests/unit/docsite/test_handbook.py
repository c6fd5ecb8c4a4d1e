"""Handbook, quiz, journey, and conflicts at a glance: they say what the catalog and the policy say."""

from __future__ import annotations

from amanat.docsite.atlas import atlas_of, is_open
from amanat.docsite.journey import moments_of
from amanat.docsite.pages.handbook import HandbookView, handbook_pages
from amanat.docsite.pages.heat import HeatView, heat_pages
from amanat.people.quiz import EFFECTS
from tests.unit.docsite.sites import Document, rich_files, rich_site


def _handbooks() -> dict[str, HandbookView]:
    pages = handbook_pages(atlas_of(rich_site()))
    return {page.id: page.view for page in pages if isinstance(page.view, HandbookView)}


def test_a_handbook_lists_what_the_policy_lets_the_role_see_and_nothing_else() -> None:
    atlas = atlas_of(rich_site())
    for role, view in _handbooks().items():
        expected = {
            (field, reading.purpose, reading.effect)
            for field, readings in atlas.access.readings.items()
            for reading in readings
            if reading.role == role and reading.effect != "deny"
        }
        said = {(s.field.id, r.purpose, r.effect) for s in view.seen for r in s.readings}
        assert said == expected
        assert sum(n for _, n in view.closed) == len(atlas.catalog.fields) - len(view.seen)


def test_a_role_without_any_purpose_has_a_handbook_that_says_so() -> None:
    page = Document(rich_files()["en/roles/visitor~handbook.html"])
    assert "No purpose names this role." in page.text
    assert not list(page.all("fieldset"))


def test_what_no_purpose_gives_is_told() -> None:
    given = {action for use in _handbooks()["agent"].uses for action in use.actions}
    assert given & set(_handbooks()["agent"].never) == set()
    assert "For no purpose may you" in Document(rich_files()["en/roles/agent~handbook.html"]).text


def test_the_right_answers_of_the_quiz_are_right_and_the_others_are_not() -> None:
    atlas = atlas_of(rich_site())
    asked = 0
    for role, view in _handbooks().items():
        seen = {one.field.id for one in view.seen}
        for question in view.meanings:
            assert question.field.id in seen
            assert question.choices[question.right] == question.field.definition
            assert len({tuple(choice.items()) for choice in question.choices}) == len(question.choices) == 4
            asked += 1
        for why in view.reasons:
            assert why.purpose.roles[view.role.id]
            assert why.choices[why.right] == why.purpose.reason
            assert len({tuple(choice.items()) for choice in why.choices}) == len(why.choices) == 4
            asked += 1
        for may in view.answers:
            (reading,) = (
                r for r in atlas.access.readings[may.field.id] if (r.role, r.purpose) == (role, may.purpose)
            )
            assert EFFECTS[may.right] == reading.effect
            asked += 1
    assert asked > 4


def test_the_journey_counts_every_field_of_a_stage_by_how_it_arises() -> None:
    atlas = atlas_of(rich_site())
    moments = {moment.step.stage.id: moment for moment in moments_of(atlas)}
    assert list(moments) == list(atlas.catalog.stages)
    for stage, moment in moments.items():
        fields = [field for field in atlas.catalog.fields.values() if stage in field.stages]
        assert len(moment.step.fields) == len(fields) == sum(n for _, n in moment.origins)
        assert moment.step.compulsory == sum(field.compulsory is True for field in fields)
    signup = next(moment.step for stage, moment in moments.items() if stage == "signup")
    assert signup.heavy and signup.compulsory == 1
    text = Document(rich_files()["en/stages.html"]).text
    assert "asks for more than all other stages together" in text
    assert "nothing arises here, no purpose acts here" in text


def test_every_conflict_stands_once_in_the_picture_and_leads_to_its_place() -> None:
    atlas = atlas_of(rich_site())
    shown = [
        conflict
        for page in heat_pages(atlas)
        if isinstance(page.view, HeatView)
        for row in page.view.rows
        for conflict in row.cells
        if conflict is not None
    ]
    every = [conflict for conflicts in atlas.conflicts.values() for conflict in conflicts]
    assert sorted((c.field, c.facet) for c in shown) == sorted((c.field, c.facet) for c in every)
    assert sum(map(is_open, every)) == sum(
        n for page in heat_pages(atlas) if isinstance(page.view, HeatView) for _, n, _ in page.view.facets
    )
    cells = [
        a
        for a in Document(rich_files()["en/heat.html"]).all("a")
        if "heat-cell" in a.attributes.get("class", "")
    ]
    assert len(cells) == len(every)
