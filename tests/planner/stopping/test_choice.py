"""A definition's `stopping` becomes the rule that it names, with its numbers."""

from __future__ import annotations

import pytest

from sweeps.planner.stopping import stopping_of
from sweeps.spec import Sweep


def train(config, seed):
    for step in range(1, 31):
        yield {"accuracy": config["x"] * step}


def rule_of(mode="max", **stopping):
    return stopping_of(
        Sweep(
            name="choice",
            objective=train,
            metric="accuracy",
            mode=mode,
            space={"x": {"float": [0, 1]}},
            search={"sampler": "random", "configs": 20},
            seeds=1,
            stopping=stopping,
        )
    )


def test_no_rule_is_no_rule():
    """Neither by default nor by name."""
    assert rule_of() is None
    assert rule_of(rule="none") is None


def test_a_foreign_rule_is_made_elsewhere():
    """An import path names a scheduler of Ray Tune, which the planner cannot hold."""
    assert rule_of(rule="ray.tune.schedulers:AsyncHyperBandScheduler") is None


@pytest.mark.parametrize(
    ("stopping", "asked_at"),
    [
        ({"rule": "asha", "max_steps": 30, "grace": 2, "reduction": 4}, [2, 8]),
        ({"rule": "median", "max_steps": 30, "grace": 4, "every": 9}, [4, 13, 22]),
        ({"rule": "threshold", "below": 0.2, "grace": 5, "every": 12}, [5, 17, 29]),
    ],
)
def test_a_rule_has_the_name_and_the_milestones_of_its_definition(stopping, asked_at):
    """Each by its own keys."""
    rule = rule_of(**stopping)
    assert rule is not None
    assert rule.name == stopping["rule"]
    assert [step for step in range(1, 30) if rule.milestones.includes(step)] == asked_at


def test_the_mode_reaches_the_rule():
    """Where lower is better, the higher of two is stopped."""
    for mode, better, worse in (("max", 0.9, 0.1), ("min", 0.1, 0.9)):
        rule = rule_of(mode, rule="asha", max_steps=30, grace=3)
        assert rule is not None
        assert rule.judge(0, 0, 3, better) is None
        assert rule.judge(1, 0, 3, worse) is not None


@pytest.mark.parametrize(
    ("line", "expected"), [({"below": 0.5}, [True, False]), ({"above": 0.5}, [False, True])]
)
def test_the_line_reaches_the_threshold_rule(line, expected):
    """Below one, or above the other."""
    rule = rule_of(rule="threshold", **line)
    assert rule is not None
    assert [rule.judge(0, 0, 1, score) is not None for score in (0.1, 0.9)] == expected
