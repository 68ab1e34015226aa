"""What to tune, what to leave, how much is luck: in words that promise no more than is known."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from sweeps.report.instability import instability_said
from sweeps.report.mattering import mattering, near_the_top
from sweeps.report.near_best import ablation_columns, ablation_said, local_said
from sweeps.report.shares import Shares
from sweeps.report.tuning import tunability_said

NAN = math.nan
LACK = ("lack of fit", 0.04, 0.0, 0.1, NAN)
TOGETHER = ("interactions", 0.06, 0.01, 0.1, NAN)


def shares(*rows, **facts):
    """Shares as `Results.importance` gives them."""
    columns = ("term", "share", "low", "high", "total")
    made = pd.DataFrame({name: [row[i] for row in rows] for i, name in enumerate(columns)})
    made.attrs.update({"level": 0.95, "top": None, "reasons": ()} | facts)
    return made


def seed(share):
    """Luck with this share."""
    return ("seed", share, share - 0.1, share + 0.1, NAN)


def test_the_sentence_of_a_clear_case():
    """What to tune, what to leave, what is luck, and what nobody knows."""
    frame = shares(
        ("lr", 0.6, 0.52, 0.68, 0.62),
        ("batch", 0.12, 0.08, 0.16, 0.2),
        ("width", 0.01, 0.0, 0.02, 0.01),
        ("depth", -0.02, 0.0, 0.013, 0.0),
        TOGETHER,
        LACK,
        seed(0.18),
    )
    assert mattering(frame) == (
        "Tune `lr` (60 % of the variance of one run, 52 to 68 %) and `batch` (12 %, 8 to 16 %, "
        "20 % with others); `width` and `depth` hardly matter (each at most 2 %). 18 % (8 to 28 %) "
        "is luck of the seed, and 10 % the hyperparameters do together or in ways that the model "
        "does not see."
    )


def test_pure_noise_is_luck_and_nothing_else():
    """Intervals that hold 0 are no effects, whatever their middle."""
    noise = shares(
        ("lr", 0.05, 0.0, 0.12, 0.1),
        ("width", -0.01, 0.0, 0.05, 0.0),
        ("interactions", -0.02, 0.0, 0.1, NAN),
        ("lack of fit", 0.02, 0.0, 0.1, NAN),
        seed(0.96),
    )
    assert mattering(noise) == (
        "Luck is everything, as far as can be told: 96 % (86 to 100 %) of the variance of one run. "
        "No hyperparameter can be told to matter."
    )
    assert near_the_top(_with_top(noise)) == (
        "Which hyperparameters bring a run among the best 10 % cannot be told: luck is 96 % of it."
    )


def _with_top(frame):
    frame.attrs["top"] = 0.1
    return frame


def test_nothing_told_and_not_all_luck_says_both():
    """As where few configurations differ for sure, but by what cannot be seen."""
    frame = shares(("lr", 0.3, 0.0, 0.7, 0.4), TOGETHER, LACK, seed(0.3))
    said = mattering(frame)
    assert said.startswith("No hyperparameter can be told to matter.")
    assert "30 % (20 to 40 %) is luck of the seed" in said


def test_shared_luck_that_drowns_all_shares_hides_no_effect():
    """What the model foresees out of sample matters, though every share holds 0."""
    drowned = shares(("lr", 0.06, 0.0, 0.18, 0.06), LACK, seed(0.93), fit=0.79)
    split = pd.DataFrame(
        {
            "source": ["configuration", "seed", "configuration:seed"],
            "share": [0.065, 0.93, 0.005],
        }
    )
    said = mattering(drowned, split)
    assert said.startswith(
        "Tune `lr` first: configurations differ for sure, as the model predicts 79 % of the "
        "differences between them, above all by `lr`"
    )
    assert (
        "luck of the seed (93 % shifts all configurations alike, which changes no ranking)" in said
    )
    noise = shares(("lr", 0.06, 0.0, 0.18, 0.06), LACK, seed(0.93), fit=0.1)
    assert mattering(noise).startswith("Luck is everything")


def test_what_differs_for_sure_is_not_pinned_on_one_that_does_little():
    """As where two hyperparameters only matter together."""
    frame = shares(
        ("a", 0.01, 0.0, 0.1, 0.3),
        ("b", 0.0, 0.0, 0.1, 0.3),
        ("interactions", 0.5, 0.2, 0.8, NAN),
        LACK,
        seed(0.4),
        fit=0.5,
    )
    assert mattering(frame).startswith("Configurations differ for sure")
    assert "Tune" not in mattering(frame)


def test_what_may_matter_or_not_is_called_so():
    """An interval that is wide is neither an effect nor none."""
    frame = shares(("lr", 0.6, 0.5, 0.7, 0.6), ("alpha", 0.05, 0.0, 0.21, 0.05), LACK, seed(0.3))
    assert "Whether `alpha` matters cannot be told (at most 21 %)." in mattering(frame)


def test_one_that_acts_with_others_only_is_not_to_be_left():
    """Its own share is nothing, its total is not."""
    frame = shares(
        ("lr", 0.6, 0.5, 0.7, 0.8), ("kind", 0.0, 0.0, 0.01, 0.25), TOGETHER, LACK, seed(0.1)
    )
    said = mattering(frame)
    assert "`kind` may matter together with others (25 % in all)" in said
    assert "hardly" not in said


def test_pairs_that_can_be_told_are_named_and_the_rest_is_what_is_left():
    """With `--interactions`."""
    frame = shares(
        ("lr", 0.5, 0.4, 0.6, 0.6),
        ("batch", 0.1, 0.06, 0.14, 0.2),
        ("lr:batch", 0.1, 0.05, 0.15, NAN),
        ("lr:width", 0.01, 0.0, 0.05, NAN),
        ("interactions", 0.0, 0.0, 0.1, NAN),
        ("lack of fit", 0.0, 0.0, 0.1, NAN),
        seed(0.29),
    )
    said = mattering(frame)
    assert "`lr` and `batch` add 10 % together." in said
    assert "and 1 % the hyperparameters do together" in said


def test_sources_of_luck_are_told_apart():
    """Where the design of the seeds does."""
    frame = shares(
        ("lr", 0.6, 0.5, 0.7, 0.6),
        LACK,
        ("split", 0.25, 0.2, 0.3, NAN),
        ("init", -0.01, 0.0, 0.05, NAN),
        ("split:init", 0.1, 0.0, 0.2, NAN),
    )
    said = mattering(frame)
    assert "34 % is luck of the seed (`split` 25 %, `split` and `init` 10 %, `init` 0 %)" in said


def test_one_seed_cannot_tell_luck_from_what_the_model_misses():
    """One row for both, and words for both."""
    frame = shares(("lr", 0.6, 0.5, 0.7, 0.6), ("lack of fit and seed", 0.4, 0.3, 0.5, NAN))
    assert mattering(frame).endswith(
        "40 % (30 to 50 %) is luck of the seed or what the model does not see."
    )
    noise = shares(("lr", 0.0, 0.0, 0.1, 0.0), ("lack of fit and seed", 1.0, 0.9, 1.0, NAN))
    assert mattering(noise).startswith("No hyperparameter can be told to matter")


def test_hyperparameters_may_be_called_like_the_rest():
    """What has a total is a hyperparameter, whatever its name."""
    frame = shares(
        ("seed", 0.5, 0.4, 0.6, 0.5),
        ("interactions", 0.2, 0.1, 0.3, 0.2),
        TOGETHER,
        LACK,
        ("seed", 0.2, 0.1, 0.3, NAN),
    )
    found = Shares.of(frame)
    assert [part.name for part in found.tuned] == ["seed", "interactions"]
    assert found.luck_share == pytest.approx(0.2)
    assert len(found.unseen) == 2


def test_many_are_counted_after_the_first_five():
    """A sentence stays one."""
    tuned = [(f"a{i}", 0.1, 0.09, 0.11, 0.1) for i in range(7)]
    left = [(f"b{i}", 0.0, 0.0, 0.01, 0.0) for i in range(8)]
    said = mattering(shares(*tuned, *left, LACK, seed(0.2)))
    assert "`a4` (10 %, 9 to 11 %) and 2 more" in said
    assert "`b4` and 3 others hardly matter (each at most 1 %)" in said


def test_what_counts_among_the_good_ones():
    """With how much of it is luck."""
    frame = shares(
        ("batch", 0.3, 0.2, 0.4, 0.3), ("lr", 0.0, 0.0, 0.02, 0.0), LACK, seed(0.6), top=0.05
    )
    assert near_the_top(frame) == (
        "What brings a run among the best 5 %, and further up there, is `batch` (30 %, 20 to 40 "
        "%); 60 % is luck."
    )
    assert near_the_top(shares()) == ""


CONFIGS = pd.DataFrame(
    {
        "lr": [0.1 * i for i in range(1, 13)],
        "kind": ["a", "b"] * 6,
        "sd": [0.01] * 8 + [0.05] * 4,
    }
)


def test_instability_says_which_hyperparameter_and_where():
    """A third of its range where it is a number."""
    frame = shares(("lr", 0.4, 0.3, 0.5, 0.4), ("kind", 0.0, 0.0, 0.04, 0.0), LACK, seed(0.5))
    assert instability_said(frame, CONFIGS) == (
        "How far scores spread over seeds depends most on `lr` (40 %, 30 to 50 %). The seed "
        "matters most where `lr` is at least 0.83: there the scores of one configuration have a "
        "standard deviation of 0.05 (median), elsewhere of 0.01."
    )


def test_instability_names_the_value_of_a_choice():
    """The one with the largest spread."""
    frame = shares(("kind", 0.4, 0.3, 0.5, 0.4), LACK, seed(0.5))
    configs = CONFIGS.assign(sd=[0.01, 0.03] * 6)
    assert "most where `kind` is b:" in instability_said(frame, configs)


def test_instability_without_a_cause_or_a_figure_says_that():
    """No place is named where nothing is told."""
    nothing = shares(("lr", 0.1, 0.0, 0.3, 0.1), LACK, seed(0.8))
    assert instability_said(nothing, CONFIGS).startswith("No hyperparameter can be told to change")
    assert instability_said(shares(reasons=("One seed.",)), CONFIGS) == "One seed."


def figures(name, *rows):
    """A frame of one figure a term, with its interval."""
    columns = ("term", name, "low", "high")
    return pd.DataFrame({key: [row[i] for row in rows] for i, key in enumerate(columns)})


def test_around_the_best_nothing_is_named_that_may_be_nothing():
    """A standard deviation has no sign, so 0 in its interval means nothing told."""
    assert "(by 0.050 ± 0.010)." in local_said(
        figures("sd", ("lr", 0.05, 0.04, 0.06), ("w", 0.1, 0.0, 0.3)), "loss"
    )
    assert "no hyperparameter can be told" in local_said(figures("sd", ("w", 0.1, 0, 0.3)), "loss")


def test_gains_that_may_be_nothing_are_called_so():
    """Of all, of one, of two that are tuned together."""
    frame = figures("gain", ("all", 0.02, -0.01, 0.05), ("lr:w", 0.04, 0.02, 0.06), ("w", 0, -1, 1))
    assert tunability_said(frame, "accuracy") == (
        "Tuning `lr` and `w` together improves accuracy by 0.040 ± 0.020 over the defaults. That "
        "`w` gains anything cannot be told."
    )


def test_no_gain_at_all_is_one_sentence():
    """With how much it may be at most, and how to name defaults where there are none."""
    frame = figures("gain", ("all", 0.02, -0.01, 0.05), ("w", 0, -1, 1))
    assert tunability_said(frame, "accuracy") == (
        "That tuning improves accuracy over the defaults cannot be told (by at most 0.05): "
        "neither everything together nor any hyperparameter alone."
    )
    unknown = figures("gain")
    unknown.attrs["reasons"] = ("No defaults ran. Pass `defaults=`.",)
    assert tunability_said(unknown, "loss").endswith("`--default NAME=VALUE`, once for each.")


def steps(*gains):
    """A path with these gains and their half widths."""
    return pd.DataFrame(
        {
            "step": [1 + i for i in range(len(gains))],
            "term": [f"x{i}" for i in range(len(gains))],
            "before": [1.0] * len(gains),
            "after": [2.0] * len(gains),
            "score": [0.5] * len(gains),
            "gain": [gain for gain, _ in gains],
            "low": [gain - half for gain, half in gains],
            "high": [gain + half for gain, half in gains],
        }
    )


def test_a_path_of_which_no_step_can_be_told():
    """Greedy choices among luck are no gains."""
    assert ablation_said(steps((0.1, 0.2)), "accuracy") == (
        "Of the only step from the defaults to the best configuration, the gain cannot be told "
        "from 0."
    )
    assert "each of the 2 steps" in ablation_said(steps((0.1, 0.2), (0.0, 0.1)), "accuracy")


def test_a_step_that_switches_others_on_or_off_names_them():
    """The one that was flipped first; what is not active is `-`."""
    path = steps((0.3, 0.1))
    path["term"] = ["kernel, gamma"]
    path["before"] = pd.Series([("linear", None)], dtype=object)
    path["after"] = pd.Series([("rbf", 0.25)], dtype=object)
    assert "`kernel` from linear to rbf (with `gamma`) by 0.30 ± 0.10" in ablation_said(path, "acc")
    cells = {column.header: column.cells for column in ablation_columns(path, "acc")}
    assert (cells["from"], cells["to"]) == (["linear, -"], ["rbf, 0.25"])


def test_the_largest_steps_of_a_path_are_told_and_the_unsure_counted():
    """With what changed."""
    assert ablation_said(steps((0.1, 0.02), (0.3, 0.02), (0.0, 0.1)), "loss") == (
        "On the way from the defaults to the best configuration, loss gets better with `x1` from 1 "
        "to 2 by 0.300 ± 0.020 and `x0` from 1 to 2 by 0.100 ± 0.020; what 1 other step gains "
        "cannot be told from 0."
    )
