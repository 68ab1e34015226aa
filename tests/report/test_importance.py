"""Which hyperparameters matter, as a whole: words first, then tables that fit, then notes."""

from __future__ import annotations

import io
import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from sweeps.errors import ResultsError
from sweeps.report.importance import (
    Asked,
    ImportanceAnswers,
    importance_answers,
    importance_report,
)
from sweeps.report.share_table import share_columns, share_notes
from sweeps.results.answer import Answer

NAN = math.nan
COLUMNS = ("term", "share", "low", "high", "total")
LR = ("lr", 0.6, 0.52, 0.68, 0.64)
WIDTH = ("width", -0.003, 0.0, 0.02, 0.01)
REST = (
    ("interactions", 0.06, 0.01, 0.1, NAN),
    ("lack of fit", 0.04, 0.0, 0.1, NAN),
    ("seed", 0.3, 0.2, 0.4, NAN),
)


def shares(*rows, **facts):
    """Shares as `Results.importance` gives them."""
    made: Any = {
        "fit": 0.71,
        "ceiling": 0.85,
        "n_configs": 100,
        "top": None,
        "thin": {},
        "reasons": (),
    }
    columns = {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}
    return Answer.of(columns, {**made, "level": 0.95, **facts})


WHOLE = shares(LR, WIDTH, *REST)
GOOD = shares(WIDTH, ("lr", 0.2, 0.1, 0.3, 0.2), *REST, top=0.1, reasons=("Few good ones.",))
LOCAL = Answer.of(
    {"term": ["lr", "width"], "sd": [0.05, 0.01], "low": [0.04, 0.0], "high": [0.06, 0.02]},
    {"reasons": ()},
)
PATH = Answer.of(
    {
        "step": [0, 1, 2],
        "term": [None, "lr", "kind"],
        "before": pd.Series([None, 0.001, "flat"], dtype=object),
        "after": pd.Series([None, 0.3, "steep"], dtype=object),
        "score": [0.95, 0.97, 0.971],
        "gain": [NAN, 0.02, 0.001],
        "low": [NAN, 0.01, -0.002],
        "high": [NAN, 0.03, 0.004],
    },
    {"reasons": ("Half of the seeds chose each step.",)},
)
GAINS = Answer.of(
    {
        "term": ["all", "lr", "width"],
        "gain": [0.05, 0.04, 0.001],
        "low": [0.03, 0.02, -0.002],
        "high": [0.07, 0.06, 0.004],
    },
    {"reasons": ()},
)
EVERYTHING = ImportanceAnswers(
    importance=WHOLE,
    near_the_top=GOOD,
    instability=WHOLE,
    local=LOCAL,
    ablation=PATH,
    tunability=GAINS,
)


def lab(**more):
    """A sweep as far as the report looks at it."""
    values = {"lr": [0.1 * i for i in range(1, 13)], "sd": [0.01 * i for i in range(1, 13)]}
    made: Any = {
        "name": "lab",
        "metric": "accuracy",
        "mode": "max",
        "status": "finished",
        "n_planned": None,
        "runs": pd.DataFrame({"role": ["race"] * 4}),
        "configs": pd.DataFrame(values),
        "decisions": pd.DataFrame({"kind": ["proposed"]}),
    }
    return SimpleNamespace(**made | more)


def printed(answers, width=100, results=None):
    """Give what a terminal of that width shows."""
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None)
    for renderable in importance_report(results or lab(), answers):
        console.print(renderable)
    text = file.getvalue()
    assert max(len(line) for line in text.splitlines()) <= width
    assert "nan" not in text.lower()
    assert "None" not in text
    return text


def flat(text):
    """A text with single spaces."""
    return " ".join(text.split())


@pytest.mark.parametrize("width", [60, 80, 100])
def test_every_question_has_its_words_its_table_and_its_notes(width):
    """All at once, in the order in which they were asked, whatever the width."""
    text = flat(printed(EVERYTHING, width))
    assert text.startswith("Tune `lr` (60 % of the variance of one run, 52 to 68 %)")
    places = [
        text.index(words)
        for words in (
            "What decides the score of one run",
            "The model predicts 71 % of the differences between configurations where 85 % could be",
            "What decides how far scores spread over seeds",
            "Around the best configuration, accuracy moves most with `lr` (by 0.050 ± 0.010).",
            "From the defaults to the best configuration",
            "Half of the seeds chose each step.",
            "What tuning buys",
        )
    ]
    assert places == sorted(places)


def test_the_good_ones_stand_beside_the_whole_space():
    """Each term on one row, though the order differs; a share below 0 is 0."""
    text = printed(ImportanceAnswers(importance=WHOLE, near_the_top=GOOD))
    rows = {line.split("  ")[0]: flat(line) for line in text.splitlines()}
    assert rows["lr"] == "lr 60 % [52 %, 68 %] 64 % 20 % [10 %, 30 %]"
    assert rows["width"] == "width 0 % [0 %, 2 %] 1 % 0 % [0 %, 2 %]"
    assert "best 10 %" in rows["term"]
    assert "Few good ones." in text


def test_good_ones_that_say_nothing_leave_their_reason_only():
    """No empty columns."""
    nothing = shares(reasons=("Too few good ones.",), top=0.1)
    text = printed(ImportanceAnswers(importance=WHOLE, near_the_top=nothing))
    assert "best" not in text
    assert "Too few good ones." in text


def test_a_refusal_is_its_sentence_and_no_table():
    """Nothing else is on the screen."""
    reason = "Importance needs at least 20 configurations with a score, and there are 5: run more."
    assert printed(ImportanceAnswers(importance=shares(reasons=(reason,)))) == f"{reason}\n"
    others = ImportanceAnswers(
        importance=WHOLE,
        instability=shares(reasons=("One seed each.",)),
        local=LOCAL.iloc[:0],
        tunability=GAINS.iloc[:0],
    )
    assert "One seed each." in printed(others)


def test_a_sweep_that_is_running_says_so_first():
    """Before anything that looks final."""
    results = lab(status="running", n_planned=9)
    text = printed(ImportanceAnswers(importance=WHOLE), results=results)
    assert text.startswith("The sweep is not done: 4 of 9 runs are over.")


def test_a_remark_is_made_once():
    """Though two tables rest on the same runs."""
    noted = shares(LR, *REST, reasons=("Those of the pilot.",))
    text = printed(ImportanceAnswers(importance=noted, instability=noted))
    assert text.count("Those of the pilot.") == 1
    assert text.count("total: what") == 1


def pairs(n, n_off):
    """So many pairs, some of which are off 0."""
    return [(f"a:b{i}", 0.01 - 1e-5 * i, 0.005 if i < n_off else 0.0, 0.015, NAN) for i in range(n)]


def test_only_the_largest_pairs_off_0_have_rows_and_the_table_still_adds_up():
    """The others are one row, and counted in a sentence."""
    frame = shares(LR, *pairs(40, 20), *REST)
    terms = share_columns(frame)[0].cells
    assert sum(":" in term for term in terms) == 15
    assert "25 other pairs" in terms
    assert "other interactions" in terms
    assert any("20 of 40 pairs can be told from 0" in note for note in share_notes(frame))
    none = shares(LR, *pairs(3, 0), *REST)
    assert any("any of 3 pairs" in note for note in share_notes(none))
    assert "3 other pairs" in share_columns(none)[0].cells


@pytest.mark.parametrize(
    ("fit", "ceiling", "said"),
    [
        (0.71, 0.85, "71 % of the differences between configurations where 85 % could be"),
        (0.9, 0.85, "90 % of the differences between configurations, as much as can be"),
        (-0.2, 0.85, "none of the differences between configurations where 85 % could be"),
        (-0.2, -0.1, "they are luck"),
        (0.4, NAN, "how much could be predicted, one seed per configuration cannot tell"),
    ],
)
def test_the_fit_is_told_against_its_ceiling(fit, ceiling, said):
    """In words, whatever the figures are."""
    assert said in " ".join(share_notes(shares(LR, *REST, fit=fit, ceiling=ceiling)))


def test_a_fit_that_is_not_known_is_not_told():
    notes = " ".join(share_notes(shares(LR, *REST, fit=NAN)))
    assert "model" not in notes


class Recorder:
    """A sweep that notes what it is asked."""

    def __init__(self, n_configs=100):
        self.asked = []
        self.n_configs = n_configs
        self.decisions = pd.DataFrame({"kind": ["proposed"]})

    def __getattr__(self, name):
        def ask(*values, **options):
            self.asked.append((name, options | dict(enumerate(values))))
            return shares(LR, *REST, n_configs=self.n_configs)

        return ask


@pytest.mark.parametrize(("n_configs", "top"), [(20, 0.25), (40, 0.125), (50, 0.1), (500, 0.1)])
def test_a_tenth_are_the_good_ones_unless_these_are_too_few(n_configs, top):
    """Five at least, as in `sweeps seeds`."""
    sweep: Any = Recorder(n_configs)
    importance_answers(sweep, Asked())
    both = [("importance", {"order": 1}), ("importance", {"order": 1, "top": top})]
    assert sweep.asked == [*both, ("variance", {})]


def test_only_what_is_asked_is_worked_out():
    """And with what was said."""
    sweep: Any = Recorder()
    answers = importance_answers(sweep, Asked(interactions=True, tunability=True, top=0.3))
    asked = [name for name, _ in sweep.asked]
    assert asked == ["importance", "importance", "tunability", "variance"]
    assert sweep.asked[1][1] == {"order": 2, "top": 0.3}
    assert set(answers.given) == {"importance", "near_the_top", "tunability", "components"}
    sweep = Recorder()
    importance_answers(sweep, Asked(instability=True, near_best=True))
    names = [name for name, _ in sweep.asked[2:]]
    assert names == ["instability", "local_importance", "ablation", "variance"]


def test_defaults_reach_what_is_measured_from_them():
    """The path and the gains, nothing else."""
    sweep: Any = Recorder()
    defaults = {"lr": 0.1}
    importance_answers(sweep, Asked(near_best=True, tunability=True, defaults=defaults))
    asked = [(name, options[0]) for name, options in sweep.asked if 0 in options]
    assert asked == [("ablation", defaults), ("tunability", defaults)]


def test_a_designed_experiment_is_asked_for_its_indices_instead():
    """Shares of a model are not what it was made for."""
    sweep: Any = Recorder()
    sweep.decisions = pd.DataFrame({"kind": ["proposed", "design_row"]})
    assert set(importance_answers(sweep, Asked()).given) == {"indices"}
    with pytest.raises(ResultsError, match="indices of its own"):
        importance_answers(sweep, Asked(top=0.2))
