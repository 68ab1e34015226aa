"""Rows of a designed experiment: all of them are recorded, also those that come again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sweeps.planner.plan import Plan, Validation
from sweeps.planner.samplers import MorrisSampler, NoProposal, SaltelliSampler
from sweeps.space import Space, config_id
from tests.contracts.planner_play import METRIC, Outcome, Shell
from tests.contracts.sampler_setting import Known

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.planner.event import Decision

SMALL = Space.from_mapping({"x": {"int": [1, 3]}, "y": {"ordinal": ["a", "b"]}})
FIRST = {"x": 2, "y": "b"}
SAMPLERS: dict[str, Callable[..., MorrisSampler | SaltelliSampler]] = {
    "saltelli": SaltelliSampler,
    "morris": MorrisSampler,
}


def shell(name: str, n: int = 64, first: dict[str, object] | None = None, stored=()) -> Shell:
    """Begin a session over a design that has far more rows than the space has configurations."""
    plan = Plan(
        sampler=SAMPLERS[name](SMALL, 5, n),
        n_configs=None,
        seeds=range(2),
        metric=METRIC,
        mode="max",
        first=first,
        space_size=SMALL.size(),
        validation=Validation(0),
    )
    return Shell(
        plan, lambda config, _: Outcome((float(hash(config.config_id) % 7),)), stored=stored
    )


def expected(name: str, n: int = 64) -> list[tuple[str, dict[str, object]]]:
    sampler = SAMPLERS[name](SMALL, 5, n)
    rows = []
    for k in range(sampler.n_proposals):
        values = sampler.propose(k, Known())
        assert not isinstance(values, NoProposal)
        rows.append((config_id(values), {"by": name, **sampler.place(k)}))
    return rows


def told(decisions: list[Decision]) -> list[tuple[str | None, dict[str, object]]]:
    return [(each.config_id, dict(each.detail)) for each in decisions if each.kind == "design_row"]


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("first", [None, FIRST])
def test_every_row_is_recorded_once(name, first):
    """Six configurations stand in all rows of the design; each is run once, under each seed."""
    played = shell(name, first=first)
    assert played.play()
    assert told(played.decisions) == expected(name)
    assert len(played.configs) == 6
    assert len(played.runs) == 12
    assert not played.of_kind("exhausted")


@pytest.mark.parametrize("name", SAMPLERS)
def test_more_repeats_in_a_row_than_any_space_has_end_no_design(name):
    """A design ends with its last row and not before."""
    played = shell(name, 2048)
    assert played.play()
    assert told(played.decisions) == expected(name, 2048)


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("n_moves", [1, 3, 7, 1000])
def test_a_resumed_design_goes_on_where_it_was(name, n_moves):
    """No row is missing and none is there twice, also where it is finished already."""
    begun = shell(name, first=FIRST)
    begun.play(n_moves) if n_moves < 1000 else begun.play()
    resumed = shell(name, first=FIRST, stored=begun.log)
    assert resumed.play()
    assert told(resumed.decisions) == expected(name)
    assert len(resumed.runs) == 12


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_design_can_grow(name):
    """Rows of the larger one follow those of the smaller one."""
    small = shell(name, 8)
    small.play()
    large = shell(name, 32, stored=small.log)
    assert large.play()
    assert told(large.decisions) == expected(name, 32)
