"""Drawn worlds in every engine that runs here: every cell equals the reference, and nothing goes around it."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.differential.proof import PROVERS, MissingError, prove
from tests.differential.reference import Tally
from tests.differential.worlds import worlds


@pytest.mark.parametrize("target", sorted(PROVERS))
def test_every_cell_of_a_drawn_world_equals_the_reference(target: str) -> None:
    prover, total = PROVERS[target], Tally()

    # Without shrinking: it takes minutes here. `HYPOTHESIS_PROFILE=long` draws more, and shrinks.
    long = settings.get_current_profile_name() == "long"
    phases = list(Phase) if long else [Phase.explicit, Phase.reuse, Phase.generate]

    @settings(
        max_examples=prover.examples * (10 if long else 1),
        suppress_health_check=list(HealthCheck),
        deadline=None,
        phases=phases,
    )
    @given(st.data())
    def judge(data: st.DataObject) -> None:
        nonlocal total
        total += prove(prover, server, data.draw(worlds(prover.native)))

    with ExitStack() as stack:
        try:
            server = stack.enter_context(prover.start())
        except MissingError as missing:
            pytest.skip(str(missing))
        judge()
    assert min(vars(total).values()) > 0, f"some outcome never occurred: {total}"
