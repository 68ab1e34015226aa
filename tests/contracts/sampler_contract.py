"""What every sampler promises, whether it learns or not."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sweeps.planner.samplers import NoProposal
from sweeps.space import config_id
from tests.contracts.sampler_setting import (
    INF,
    LEVELS,
    MIXED,
    NAN,
    PLAIN,
    Known,
    play,
    proposal,
    random_table,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.planner.samplers import Sampler
    from sweeps.space import Space

ELSEWHERE = """
import sys, json
sys.path.insert(0, {root!r})
from sweeps.space import config_id
from tests.contracts.sampler_setting import PLAIN, proposal, random_table
{maker}
known = random_table(PLAIN, 40, {name!r}, lambda k: k % 7)
print(json.dumps([config_id(proposal(make(PLAIN, 5), k, known)) for k in range(40, 43)]))
"""


def bowl(values: Mapping[str, object]) -> float:
    """Give a smooth score that is highest at (0.3, 0.8)."""
    x, y = values["x"], values["y"]
    assert isinstance(x, float)
    assert isinstance(y, float)
    return -((x - 0.3) ** 2) - (y - 0.8) ** 2


class SamplerContract:
    """Inherit, and give `make(space, master_seed)`; a slow one may be asked less often."""

    n_asked = 30
    n_repeats = 3

    @staticmethod
    def make(space: Space, master_seed: int) -> Sampler:
        raise NotImplementedError

    def table(self, space: Space, n=40) -> Known:
        return random_table(space, n, self.make(space, 0).name, lambda k: float(k * 37 % 11))

    def test_every_proposal_is_legal(self):
        """Types, conditions and clauses are those of the space, whatever the history."""
        sampler, known = self.make(MIXED, 1), self.table(MIXED)
        n_legal = 0
        for k in range(40, 40 + self.n_asked):
            values = sampler.propose(k, known)
            if isinstance(values, NoProposal):
                assert values is NoProposal.FORBIDDEN
                continue
            n_legal += 1
            assert repr(MIXED.check(values)) == repr(dict(values))
            known.finish(values, float(k % 5))
        assert n_legal >= self.n_asked / 2

    def test_the_same_question_has_the_same_answer(self):
        """In a fresh sampler and in one that was asked other things before."""
        known = self.table(PLAIN)
        used = self.make(PLAIN, 5)
        for k in (3, 50, 41):
            used.propose(k, known)
        used.propose(0, Known())
        assert proposal(used, 40, known) == proposal(self.make(PLAIN, 5), 40, known)

    def test_master_seed_and_position_change_it(self):
        """Neither is ignored."""
        known = self.table(PLAIN)
        answers = [
            proposal(self.make(PLAIN, seed), k, known) for seed, k in ((5, 40), (5, 41), (6, 40))
        ]
        assert len({config_id(values) for values in answers}) == 3

    @pytest.mark.slow
    def test_every_process_gives_the_same(self, request):
        """The proposals of another interpreter, under another hash seed, are these."""
        sampler = self.make(PLAIN, 5)
        known = random_table(PLAIN, 40, sampler.name, lambda k: k % 7)
        here = [config_id(proposal(sampler, k, known)) for k in range(40, 43)]
        root = str(request.config.rootpath)
        code = ELSEWHERE.format(root=root, maker=self.maker(), name=sampler.name)
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": "7"},
        )
        assert json.loads(done.stdout) == here

    def maker(self) -> str:
        """Give the line that imports the sampler's class as `make` in another process."""
        cls = type(self.make(PLAIN, 5))
        return f"from {cls.__module__} import {cls.__name__} as make"

    def test_bounds_are_reached_at_most(self):
        """Values at both bounds are taken in, and nothing beyond them is proposed."""
        known = Known(self.make(MIXED, 0).name)
        for i in range(30):
            point = [float(i >> j & 1) for j in range(MIXED.n_dimensions)]
            corner = MIXED.from_unit(point)
            if corner is not None:
                known.finish(corner, float(i))
        sampler = self.make(MIXED, 2)
        for k in range(self.n_asked):
            values = sampler.propose(k, known)
            if not isinstance(values, NoProposal):
                MIXED.check(values)

    @pytest.mark.parametrize("maximised", [True, False])
    def test_whatever_the_table_holds_there_is_a_proposal(self, maximised):
        """Nothing, failures only, some failed, stopped early, NaN, overflow, pending."""
        sampler = self.make(PLAIN, 3)
        known = Known(sampler.name, maximised)
        PLAIN.check(proposal(sampler, 0, known))
        kinds: list[dict[str, Any]] = [
            {"failed": 2},
            {"pending": 1},
            {"mean": 0.5, "finished": 1, "failed": 1},
            {"mean": NAN, "stopped": 3},
            {"mean": 0.1, "stopped": 3},
            {"mean": INF, "finished": 2},
            {},
            {"mean": 1e300, "finished": 3},
            {"mean": -1e300, "finished": 3},
        ]
        for first in (kinds[:1], kinds[3:4], kinds):
            table = Known(sampler.name, maximised)
            for k in range(36):
                table.add(PLAIN.propose(9, k), **first[k % len(first)])
            PLAIN.check(proposal(sampler, 36, table))

    def test_several_at_once_differ(self):
        """Proposals for slots that are free together are not all the same."""
        sampler, known = self.make(PLAIN, 4), self.table(PLAIN)
        found = set()
        for k in range(40, 46):
            values = proposal(sampler, k, known)
            known.add(values, pending=1)
            found.add(config_id(values))
        assert len(found) == 6

    def test_small_spaces_are_no_trap(self):
        """A grid that is nearly used up still gets its last configurations."""
        sampler = self.make(LEVELS, 1)
        if not sampler.is_model:
            return
        known = Known(sampler.name)
        cells = [LEVELS.propose(0, k) for k in range(600)]
        unique = list({config_id(values): values for values in cells}.values())
        assert len(unique) == 48
        for i, values in enumerate(unique[:-2]):
            known.finish(values, float(i % 9))
        left = {config_id(values) for values in unique[-2:]}
        found = {config_id(proposal(sampler, k, known)) for k in range(5 * self.n_asked)}
        assert left & found

    @pytest.mark.slow
    def test_those_that_learn_beat_chance(self):
        """On a smooth function, the best configuration and the typical late one are better."""
        sampler = self.make(PLAIN, 0)
        if not sampler.is_model:
            return
        n = 30 + self.n_asked
        late, chance = [], []
        for seed in range(self.n_repeats):
            scores = play(self.make(PLAIN, seed), n, bowl).means()
            random = random_table(PLAIN, n, "random", float)
            chance.append(np.median([bowl(config.values) for config in random.configs]))
            late.append(np.median(scores[-15:]))
        assert np.mean(late) > np.mean(chance) / 3
