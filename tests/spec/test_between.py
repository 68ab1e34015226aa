"""The rules between sections, and what the objective must be able to do."""

from __future__ import annotations

from typing import Any

import pytest

from sweeps.errors import SpecError
from sweeps.spec import Sweep

Definition = dict[str, Any]
FUNCTION, GENERATOR, CLASS = "objectives.svm", "objectives.mlp", "objectives.mlp_class"
TPE = {"sampler": "tpe", "configs": 4}


def sweep(**changes: Any) -> Sweep:
    given: Definition = {"name": "a", "objective": GENERATOR, "search": TPE, "seeds": 3}
    return Sweep.from_mapping(given | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"objective": FUNCTION, "stopping": {"rule": "median"}},
            r"stopping: `objectives\.svm:train` does not report step by step, .* Let it `yield`",
        ),
        ({"objective": FUNCTION, "stopping": {"max_steps": 5}}, r"does not report step by step"),
        (
            {"stopping": {"rule": "asha", "grace": 20}},
            r"stopping\.grace: `grace` must be below `max_steps`, which is 20: .*, got 20\.",
        ),
        (
            {"objective": FUNCTION, "checkpoint": {"path": "here"}},
            r"checkpoint: only an objective that is a class can save itself, .* got a function\.",
        ),
        ({"checkpoint": {"every_s": 5}}, r"checkpoint: only .* got a generator\."),
        (
            {"search": {"sampler": "random"}},
            r"search\.configs: sampler `random` needs the number of configurations, or a budget",
        ),
        ({"search": {"sampler": "sobol"}, "budget": {"runs": None}}, r"`sobol` needs the number"),
        ({"search": {"sampler": "a.b:C"}}, r"search\.configs: sampler `a\.b:C` needs the number"),
        (
            {"search": {"sampler": "latin_hypercube"}, "budget": {"runs": 100}},
            r"sampler `latin_hypercube` needs the number of configurations, since it spreads them",
        ),
        (
            {"seeds": {"race": 27}, "budget": {"runs": 102}},
            r"budget\.runs: it must be at least 103: 3 for a first configuration and 100 for the "
            r"validation of 5 configurations on 20 seeds, got 102\. Raise it, or lower `seeds\.va",
        ),
        (
            {
                "seeds": {"race": 27},
                "search": TPE | {"defaults_first": True},
                "budget": {"runs": 9},
            },
            r"at least 123: .* the validation of 6 configurations",
        ),
        (
            {"seeds": {"n": 30, "validate": 10}, "budget": {"runs": 79}},
            r"at least 80: 30 for a first configuration and 50 for the validation",
        ),
    ],
)
def test_each_rule_has_its_message(changes: Definition, message: str):
    """What a section asks of another one, or of the objective, is said with the way out."""
    with pytest.raises(SpecError, match=message) as caught:
        sweep(**changes)
    assert len(caught.value.problems) == 1


def test_asha_needs_to_know_the_number_of_steps(tmp_path: Any):
    """It comes from the definition, or else from the objective's STEPS."""
    text = "SPACE = {'x': 1}\nMETRIC = 'm'\nMODE = 'max'\ndef train(config, seed):\n    yield {}\n"
    (tmp_path / "endless.py").write_text(text)
    given = {"name": "a", "objective": "endless.py", "search": TPE, "seeds": 3}
    with pytest.raises(SpecError, match=r"stopping\.max_steps: rule `asha` needs the number of st"):
        Sweep.from_mapping(given | {"stopping": {"rule": "asha"}}, base=tmp_path)
    made = Sweep.from_mapping(given | {"stopping": {"rule": "asha", "max_steps": 5}}, base=tmp_path)
    assert made.stopping.max_steps == 5
    assert sweep(stopping={"rule": "asha"}).stopping.max_steps == 20
    assert sweep(stopping={"rule": "asha", "max_steps": 10}).stopping.max_steps == 10
    assert sweep().stopping.max_steps is None


@pytest.mark.parametrize(
    "changes",
    [
        {"search": {"sampler": "tpe"}, "budget": {"runs": 9}},
        {"search": {"sampler": "random"}, "budget": {"hours": 0.5}},
        {
            "search": {"sampler": "a.b:C", "options": {"x": [1, {"y": None}]}},
            "budget": {"steps": 1e6},
        },
        {"seeds": {"race": 27}, "budget": {"runs": 103}},
        {"objective": CLASS, "checkpoint": {"path": "s3://bucket/folder", "every_s": 0}},
        {"objective": FUNCTION, "checkpoint": {"every_s": 60}},
        {"objective": FUNCTION, "checkpoint": {"save": False, "path": "s3://bucket/folder"}},
        {"objective": CLASS, "checkpoint": {"save": False}},
        {"stopping": {"rule": "a.b:C", "every": 2, "options": {"max_t": 9}}},
        {"stopping": {"rule": "threshold", "above": 3}},
        {"stopping": {"rule": "none"}, "objective": FUNCTION},
    ],
)
def test_what_fits_together_is_legal_and_reads_back(changes: Definition):
    """A definition that keeps the rules makes a sweep, and its document an equal one."""
    made = sweep(**changes)
    assert Sweep.from_mapping(made.document()) == made


def test_runs_save_themselves_where_they_can_and_may():
    """A function cannot, and a class need not."""
    assert sweep(objective=CLASS).saves_runs
    assert not sweep(objective=CLASS, checkpoint={"save": False}).saves_runs
    assert not sweep(objective=FUNCTION).saves_runs


def test_problems_of_all_sections_come_at_once():
    """No section waits for another one."""
    with pytest.raises(SpecError) as caught:
        sweep(
            search={"sampler": "random", "options": {"a": 1}},
            seeds={"race": 1, "paired": False},
            stopping={"rule": "median", "reduction": 3},
            budget={"runs": "5", "minutes": 3},
            checkpoint={"path": "x"},
        )
    assert [problem.where for problem in caught.value.problems] == [
        "search.options",
        "seeds.race",
        "seeds.paired",
        "stopping.reduction",
        "budget.minutes",
        "budget.runs",
        "checkpoint",
    ]
