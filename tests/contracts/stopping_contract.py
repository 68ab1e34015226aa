"""What every stopping rule promises, whatever it compares."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sweeps.planner.stopping import Milestones, Stop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sweeps.planner.stopping import Stopping

NAN, INF = math.nan, math.inf
LAST_STEP = 12

Place = tuple[int, int, int]  # row, column, step

# Few values, so that ties are as common as they are on a plateau.
SCORES = st.one_of(st.sampled_from([NAN, INF, -INF, 0.0, 0.1, 0.5, 1.0]), st.floats(-2, 2))
PLACES = st.tuples(st.integers(0, 9), st.integers(0, 1), st.integers(1, LAST_STEP))
POINTS = st.dictionaries(PLACES, SCORES, max_size=60)

# One test of the contract runs for every rule, which is what Hypothesis warns about.
for_every_rule = settings(suppress_health_check=[HealthCheck.differing_executors])


def tell(rule: Stopping, points: Iterable[tuple[Place, float]]) -> list[Stop | None]:
    """Tell points in turn and give the verdicts."""
    verdicts = []
    for (row, column, step), score in points:
        verdict = rule.judge(row, column, step, score)
        assert verdict is None or isinstance(verdict, Stop)
        verdicts.append(verdict)
    return verdicts


class StoppingContract:
    """Inherit, and give `rule`: runs have `LAST_STEP` steps, and step 3 is a milestone."""

    def rule(self, mode: str = "max") -> Stopping:
        """Give a new rule; the one of mode `min` is meant to mirror that of `max`."""
        raise NotImplementedError

    @pytest.mark.slow
    @for_every_rule
    @given(points=POINTS, stale=POINTS, data=st.data())
    def test_points_in_any_order_give_the_same_verdict_on_the_next(self, points, stale, data):
        """The state is the set of points; of a point that came twice, the last one counts."""
        shuffled = data.draw(st.permutations(sorted(points)))
        again = [(place, stale[place]) for place in points if place in stale]
        place, score = data.draw(PLACES), data.draw(SCORES)
        ordered, replayed = self.rule(), self.rule()
        tell(ordered, sorted(points.items(), key=lambda point: point[0]))
        tell(replayed, [*again, *((place, points[place]) for place in shuffled)])
        assert tell(ordered, [(place, score)]) == tell(replayed, [(place, score)])

    @pytest.mark.slow
    @for_every_rule
    @given(points=POINTS, place=PLACES, score=SCORES)
    def test_a_point_told_again_gets_the_same_verdict(self, points, place, score):
        """Nothing is counted twice."""
        rule = self.rule()
        tell(rule, points.items())
        first, second = tell(rule, [(place, score)] * 2)
        assert first == second

    @for_every_rule
    @given(points=POINTS)
    def test_modes_mirror_each_other(self, points):
        """`max` with scores s decides as `min` with scores -s, ranks included."""
        highest = tell(self.rule("max"), points.items())
        mirrored = tell(self.rule("min"), [(place, 0.0 - score) for place, score in points.items()])
        assert [v is None for v in highest] == [v is None for v in mirrored]
        for one, other in zip(highest, mirrored, strict=True):
            if one is not None and other is not None:
                assert one.detail.get("rank") == other.detail.get("rank")
                assert one.detail.get("of") == other.detail.get("of")

    @pytest.mark.parametrize("score", [NAN, INF, -INF])
    @pytest.mark.parametrize("column", [0, 3])
    @pytest.mark.parametrize("mode", ["max", "min"])
    def test_what_is_not_finite_is_stopped_even_as_the_first(self, mode, column, score):
        """A diverged run never lives to its last step, whichever sign its infinity has."""
        verdict = self.rule(mode).judge(0, column, 3, score)
        assert isinstance(verdict, Stop)
        assert "diverged" in verdict.reason
        assert verdict.detail["score"] is None

    @for_every_rule
    @given(points=POINTS)
    def test_every_stop_says_why_in_words_and_in_numbers(self, points):
        """The reason names the step; the detail is strict JSON, without NaN."""
        rule = self.rule()
        for place, verdict in zip(points, tell(rule, points.items()), strict=True):
            if verdict is not None:
                assert f"step {place[2]}" in verdict.reason
                assert not {"nan", "inf"} & set(verdict.reason.replace(",", "").split())
                detail = json.loads(json.dumps(dict(verdict.detail), allow_nan=False))
                assert detail == verdict.detail
                assert (detail["rule"], detail["step"]) == (rule.name, place[2])

    @for_every_rule
    @given(points=POINTS, score=SCORES)
    def test_nothing_happens_between_milestones_or_at_the_last_step(self, points, score):
        """Other steps of a stored curve are ignored, whatever they hold."""
        rule = self.rule()
        between = [s for s in range(1, LAST_STEP + 1) if not rule.milestones.includes(s)]
        steps = {*between, LAST_STEP}
        ignored = [((row, 0, step), score) for row in range(3) for step in steps]
        assert tell(rule, ignored) == [None] * len(ignored)
        assert tell(rule, points.items()) == tell(self.rule(), points.items())

    def test_milestones_say_when_the_rule_wants_to_be_asked(self):
        """A run waits at step 3, and the rule has a name to be shown by."""
        rule = self.rule()
        assert isinstance(rule.milestones, Milestones)
        assert rule.milestones.includes(3)
        assert rule.name
