"""The story of a race in plain words: what is said of each kind of decision, and how much."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from sweeps.planner.event import Decision
from sweeps.report.decision import Event
from sweeps.report.story import story
from sweeps.report.telling import tell
from sweeps.results import from_frame
from sweeps.results.table import decisions_frame
from sweeps.space import config_id

PAGE = Path(__file__).parents[2] / "docs" / "results.md"
KINDS = [
    *("race_planned", "proposed", "design_row", "exhausted", "pilot", "promoted", "noise"),
    *("stopped", "paused", "resumed", "eliminated", "retried", "abandoned", "code_changed"),
    *("budget_ended", "race_ended", "validating", "something_new"),
]
LEADER = config_id({"x": 0})


def printed(renderables, width=120):
    """Give what a terminal of that width shows."""
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None)
    for renderable in renderables:
        console.print(renderable)
    return file.getvalue()


def flat(text):
    """Undo the wrapping of lines."""
    return " ".join(text.split())


def results_of(decisions, n_validated=20):
    """Give four configurations under nine seeds, one of them validated, and these decisions."""
    rng = np.random.default_rng(0)
    runs = [
        {"x": x, "seed": seed, "role": role, "score": 1 - x + rng.normal(0, 0.1)}
        for x, role, n in [
            *((x, "race", 9) for x in range(4)),
            (0, "validation", n_validated),
        ]
        for seed in range(n)
    ]
    results = from_frame(
        pd.DataFrame(runs),
        metric="score",
        mode="max",
        hyperparameters=["x"],
        role="role",
        name="lab",
    )
    results.decisions = decisions_frame(
        [(1e9 + 2 * i, Decision(*decision)) for i, decision in enumerate(decisions)]
    )
    return results


def told(kind, *details, mode="max"):
    """Give the sentence and the lines about decisions of one kind."""
    events = [Event(0.0, kind, LEADER, detail) for detail in details]
    return tell(events, "score", mode)


def test_the_plan_is_told_with_its_cost():
    """How many configurations, runs, rungs, and what is kept back."""
    plan = {
        "runs": 594,
        "configs": 198,
        "rungs": [1, 3, 9, 27],
        "reduction": 3,
        "pilot": 10,
        "validate": 20,
        "contenders": 4,
        "reserved": 100,
    }
    assert told("race_planned", plan).sentence == (
        "A race was planned: 198 configurations, about 594 runs. Rungs of 1, 3, 9 and 27 seeds; "
        "the best 1 in 3 of a rung go on to the next. 10 configurations drawn at random get a "
        "second seed whatever their rank: a pilot. The leader and up to 4 contenders are validated "
        "on 20 fresh seeds each. 100 runs of these are kept back for that."
    )


def test_rows_of_a_design_are_told_apart_from_the_configurations_that_fill_them():
    """Two rows may round to one configuration."""
    events = [
        Event(0.0, "design_row", subject, {"by": "morris", "row": i})
        for i, subject in enumerate((LEADER, config_id({"x": 1}), LEADER))
    ]
    assert tell(events, "score", "max").sentence == (
        "3 rows of the design of morris were filled by 2 configurations."
    )


def test_proposals_are_counted_by_who_made_them():
    """The sampler, and what the objective or the definition brought along."""
    details = [{"by": "defaults", "k": 0}, *({"by": "tpe", "k": k} for k in range(1, 60))]
    assert told("proposed", *details).sentence == (
        "60 configurations were proposed, 59 by tpe and 1 from the defaults."
    )
    assert told("proposed", details[1]).sentence == "1 configuration was proposed by tpe."


@pytest.mark.parametrize(
    ("mode", "figures"),
    [
        ("max", "the best of them had a mean score of 0.9, the worst 0.25"),
        ("min", "the best of them had a mean score of 0.25, the worst 0.9"),
    ],
)
def test_promotions_are_summed_up(mode, figures):
    """How many of how many went on, and how good they were."""
    details = [
        {"from": 1, "to": 3, "mean": mean, "rank": rank, "of": of}
        for rank, (mean, of) in enumerate([(0.5, 3), (0.9, 40), (0.25, 61)], 1)
    ]
    sentence = told("promoted", *details, mode=mode).sentence
    assert sentence == f"3 of 61 configurations went on from 1 to 3 seeds; {figures}."


def test_stops_are_summed_up_with_their_cut_offs():
    """The numbers of the rule, whatever they are called, span the group."""
    details = [
        {"rule": "asha", "seed": 0, "step": 9, "score": score, "reason": "worse", "cutoff": 0.8}
        | {"rank": 9, "of": 12}
        for score in (0.1, 0.7)
    ]
    assert told("stopped", *details).sentence == (
        "2 runs were stopped early at step 9 by asha: score 0.1 to 0.7, cutoff 0.8."
    )
    assert told("stopped", details[0]).sentence == (
        f"1 run was stopped early at step 9 by asha (config {LEADER[:8]}): worse."
    )


def test_failures_are_told_by_reason():
    """The most frequent first; where there are many reasons the rest is counted."""
    details = [{"reason": f"error {i}"} for i in range(8)] + [{"reason": "boom"}] * 3
    found = told("eliminated", *details)
    assert found.sentence == "1 configuration is out, since a run failed."
    assert found.lines[0] == "3 x boom"
    assert found.lines[-1] == "and 4 other reasons"
    assert len(found.lines) == 6


def test_what_was_not_planned_is_not_told():
    """No pilot, no validation and no budget are no sentences."""
    nothing = {"runs": None, "pilot": 0, "validate": 0, "contenders": 4, "reserved": 0}
    said = told("race_planned", nothing | {"configs": 9}).sentence
    assert said == "A race was planned: 9 configurations."


def test_the_noise_is_told_with_what_follows():
    """The share in per cent, and how many go on."""
    found = told("noise", {"share": 0.62, "reduction": 3, "reason": "The ranking changes."})
    assert found.sentence == (
        "Among the best, the seed makes up 62 % of the variation; 1 configuration in 3 goes on: "
        "The ranking changes."
    )


def test_the_end_names_its_reason_and_the_leader():
    """What the race cost, why it is over, and who led."""
    detail = {"leader": LEADER, "mean": 0.95, "n_seeds": 27, "n_configs": 60, "n_runs": 170}
    found = told("race_ended", detail | {"reason": "every configuration has its seeds"})
    assert found.sentence == (
        "The race ended after 170 runs of 60 configurations: every configuration has its seeds. "
        f"{LEADER[:8]} led with a mean of 0.95 over 27 seeds."
    )
    spent = {"what": "runs", "limit": 2000, "spent": 1998}
    assert told("budget_ended", spent).sentence == (
        "The budget of the race ended: 1998 of 2000 runs spent, the rest is kept back for "
        "validation."
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("detail", [{}, {"reason": None, "mean": None, "rungs": None, "of": "?"}])
@pytest.mark.parametrize("n", [1, 7])
def test_every_field_may_be_missing(kind, detail, n):
    """A sentence then says less, and says neither None nor nan."""
    for config in (LEADER, None):
        results = results_of([(kind, config, detail)] * n)
        said = flat(printed(story(results, top=5)))
        assert "nan" not in said
        assert "None" not in said


def test_a_kind_without_words_is_shown_as_it_is():
    """Nothing that was decided is kept back."""
    text = flat(printed(story(results_of([("something_new", LEADER, {"a": 1, "b": "x"})]))))
    assert f"something new, config {LEADER[:8]}: a 1, b x" in text
    text = flat(printed(story(results_of([("something_new", None, {"a": i}) for i in range(9)]))))
    assert "something new, 9 times:" in text
    assert "sweep: a 4 and 4 more" in text


def test_every_documented_kind_has_words_of_its_own():
    """What the page on results lists is told, and not shown as it is."""
    section = PAGE.read_text(encoding="utf-8").split("## `r.decisions`\n")[1].split("\n## ")[0]
    rows = section.split("| `kind` | what was decided |")[1].split("\n\n")[0].splitlines()[2:]
    kinds = [kind for row in rows for kind in re.findall(r"`([a-z_]+)`", row.split("|")[1])]
    assert sorted(kinds) == sorted(set(KINDS) - {"something_new"})
    for kind in kinds:
        assert not told(kind, {}).sentence.startswith(f"{kind.replace('_', ' ')}, config")


def test_groups_come_in_the_order_in_which_they_began():
    """Each rung and each step of stops has a paragraph; times tell how they overlap."""
    text = printed(
        story(
            results_of(
                [
                    ("race_planned", None, {"runs": 100}),
                    ("promoted", LEADER, {"from": 1, "to": 3}),
                    ("stopped", LEADER, {"step": 9}),
                    ("promoted", LEADER, {"from": 3, "to": 9}),
                    ("stopped", LEADER, {"step": 3}),
                    ("promoted", LEADER, {"from": 1, "to": 3}),
                    ("stopped", LEADER, {"step": 9}),
                ]
            )
        )
    )
    lines = [flat(line) for line in text.splitlines()[2:7]]
    assert lines == [
        "0.0 s A race was planned: 100 runs.",
        "2.0 s to 10 s 2 configurations went on from 1 to 3 seeds.",
        "4.0 s to 12 s 2 runs were stopped early at step 9.",
        "6.0 s 1 configuration went on from 3 to 9 seeds.",
        f"8.0 s 1 run was stopped early at step 3 (config {LEADER[:8]}).",
    ]


def test_stops_at_many_steps_are_one_paragraph():
    """A rule that judges every step would fill the screen."""
    text = flat(printed(story(results_of([("stopped", None, {"step": i}) for i in range(1, 100)]))))
    assert "99 runs were stopped early at step 1 to 99." in text


def test_validation_is_told_with_what_came_of_it():
    """Why each contender was validated, its mean on fresh seeds, and the one that chose it."""
    decisions = [
        ("validating", LEADER, {"mean": 1.0, "n_seeds": 9, "seeds": 20, "because": "leader"}),
        ("validating", config_id({"x": 1}), {"mean": 0.5, "seeds": 20, "because": "defaults"}),
    ]
    results = results_of(decisions)
    text = flat(printed(story(results), 200))
    mean = results.configs["validated_mean"][0]
    assert "2 configurations were validated on 20 fresh seeds each." in text
    assert f"{LEADER[:8]}: {mean:.3f} ± " in text
    assert ", before 1 on 9 seeds (leader)" in text
    assert "no fresh seed has finished, before 0.5 (defaults)" in text
    assert "on 3 fresh seeds, before 1" in flat(printed(story(results_of(decisions, 3)), 200))
    assert "leads with a mean score of" in text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_race_of_a_thousand_decisions_fits_one_screen(width):
    """A paragraph a group, in any width; every single decision only where asked for."""
    decisions: list[tuple[str, str | None, dict[str, object]]]
    decisions = [("race_planned", None, {"runs": 900, "configs": 300, "rungs": [1, 3, 9]})]
    decisions += [("proposed", LEADER, {"by": "tpe", "k": k}) for k in range(300)]
    decisions += [
        ("promoted", LEADER, {"from": size, "to": 3 * size, "mean": 0.5, "rank": 1, "of": 300})
        for size in (1, 3)
        for _ in range(350)
    ]
    text = printed(story(results_of(decisions)), width)
    assert len(text.splitlines()) < 24
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    some = printed(story(results_of(decisions), top=10), width)
    assert "10 of 1,001 decisions shown." in some
    assert some.count("proposed ") >= 9


def test_a_sweep_without_decisions_says_so():
    """Results from elsewhere have no story."""
    assert printed(story(results_of([]))) == "No decision of `lab` is stored.\n"
