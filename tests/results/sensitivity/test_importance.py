"""Importance from the table of runs to the frame, on scores whose shares are known."""

import numpy as np
import pandas as pd
import pytest

from sweeps.errors import ResultsError
from sweeps.results import from_frame
from sweeps.space import Space

pytestmark = pytest.mark.slow


def table_of(n_configs=200, n_seeds=3, noise=0.5, random_seed=0, luck=0.0):
    """Half of the variance of configurations is `lr`'s (on a log scale), half `kind`'s."""
    rng = np.random.default_rng(random_seed)
    u, kind = rng.random(n_configs), rng.integers(0, 3, n_configs)
    mean = np.sqrt(12) * (u - 0.5) + np.array([-1.0, 0.0, 1.0])[kind] * np.sqrt(1.5)
    table = pd.DataFrame(
        {
            "lr": 10 ** (4 * u - 4),
            "kind": np.array(["a", "b", "c"])[kind],
            "extra": rng.random(n_configs),
        }
    )
    table = table.loc[table.index.repeat(n_seeds)].reset_index(drop=True)
    table["seed"] = np.tile(np.arange(n_seeds), n_configs)
    scores = mean[:, None] + noise * rng.normal(size=(n_configs, n_seeds))
    scores += luck * rng.normal(size=n_seeds)
    return table.assign(score=scores.ravel())


SPACE = Space.from_mapping(
    {
        "lr": {"float": [1e-4, 1], "log": True},
        "kind": {"choice": ["a", "b", "c"]},
        "extra": {"float": [0, 1]},
    }
)


def results_of(table, **options):
    names = ["lr", "kind", "extra"]
    return from_frame(
        table, metric="score", mode="max", hyperparameters=names, space=SPACE, **options
    )


def shares(answer):
    return dict(zip(answer["term"], answer["share"], strict=True))


@pytest.fixture(scope="module")
def plain():
    return results_of(table_of())


def test_shares_are_those_of_one_run_and_add_up_to_1(plain):
    answer = plain.importance()
    found = shares(answer)
    assert answer["share"].sum() == pytest.approx(1)
    assert found["lr"] == pytest.approx(4 / 9, abs=0.07)
    assert found["kind"] == pytest.approx(4 / 9, abs=0.07)
    assert found["extra"] == pytest.approx(0, abs=0.02)
    assert found["seed"] == pytest.approx(1 / 9, abs=0.03)
    assert list(answer["term"][-3:]) == ["interactions", "lack of fit", "seed"]


def test_hyperparameters_stand_largest_first_and_pairs_after_them(plain):
    answer = plain.importance(order=2)
    assert set(answer["term"][:3]) == {"lr", "kind", "extra"}
    assert answer["share"][:3].is_monotonic_decreasing
    assert set(answer["term"][3:6]) == {"lr:kind", "lr:extra", "kind:extra"}
    assert answer["total"][:3].notna().all()
    assert answer["total"][3:].isna().all()


def test_interactions_of_three_are_told_where_they_are_asked_for(plain):
    answer = plain.importance(order=3)
    assert list(answer["term"][6:7]) == ["lr:kind:extra"]
    assert answer["share"].sum() == pytest.approx(1)


def test_the_same_random_seed_gives_the_same_and_no_order_matters(plain):
    table = table_of()
    moved = table.sample(frac=1, random_state=1)[["score", "extra", "seed", "kind", "lr"]]
    again = results_of(moved)
    pd.testing.assert_frame_equal(plain.importance(), results_of(table).importance())
    pd.testing.assert_frame_equal(plain.importance(), again.importance())


def test_neither_unit_nor_direction_changes_a_share(plain):
    table = table_of()
    turned = from_frame(
        table.assign(score=-4 * table["score"] - 64),
        metric="score",
        mode="min",
        hyperparameters=["lr", "kind", "extra"],
        space=SPACE,
    )
    for top in (None, 0.2):
        first, second = plain.importance(top=top), turned.importance(top=top)
        assert list(first["term"]) == list(second["term"])
        np.testing.assert_allclose(first["share"], second["share"], atol=0.005)


def test_huge_scores_overflow_nowhere(plain):
    table = table_of()
    found = results_of(table.assign(score=1e300 * table["score"])).importance()
    np.testing.assert_allclose(found["share"], plain.importance()["share"], atol=0.005)


def test_pure_noise_is_the_seeds(plain):
    table = table_of()
    rng = np.random.default_rng(5)
    found = shares(results_of(table.assign(score=rng.normal(size=len(table)))).importance())
    assert found["seed"] > 0.85
    assert abs(found["lr"] + found["kind"] + found["extra"]) < 0.05


def test_with_one_seed_lack_of_fit_and_seed_are_one_row():
    answer = results_of(table_of(n_seeds=1)).importance()
    assert answer["term"].iloc[-1] == "lack of fit and seed"
    assert answer["share"].sum() == pytest.approx(1)
    assert answer.between_low < answer.between < answer.between_high
    assert "one seed per configuration" in " ".join(answer.reasons)


def test_each_source_of_a_design_has_its_row():
    rng = np.random.default_rng(0)
    table = table_of(n_seeds=12, noise=0.0)
    split, init = np.divmod(table["seed"].to_numpy(), 4)
    n = len(table) // 12
    by_split = np.repeat(rng.normal(size=(n, 3)), 4, axis=1).ravel()
    by_init = np.tile(rng.normal(size=(n, 1, 4)), (1, 3, 1)).ravel()
    table = table.assign(split=split, init=init)
    table["score"] += 0.8 * by_split + 0.3 * by_init
    found = shares(results_of(table, sources=["split", "init"]).importance())
    total = 2 + 0.64 + 0.09
    assert found["split"] == pytest.approx(0.64 / total, abs=0.05)
    assert found["init"] == pytest.approx(0.09 / total, abs=0.03)


def test_what_seeds_do_to_all_alike_widens_the_intervals():
    few = results_of(table_of(luck=1.0)).importance()
    seed = few.set_index("term").loc["seed"]
    truth = (1 + 0.25) / (2 + 1 + 0.25)
    assert seed["low"] < truth < seed["high"]


def test_among_the_good_only_what_decides_there_counts():
    """`kind` c alone gets anywhere near the top, and `lr` decides the rest."""
    table = table_of(noise=0.05)
    high = (table["kind"] == "c") * (2 + np.log10(table["lr"]))
    found = shares(results_of(table.assign(score=high)).importance(top=0.1))
    assert found["lr"] + found["kind"] + found["interactions"] > 0.5
    assert abs(found["extra"]) < 0.05


def test_few_configurations_are_refused_in_words():
    answer = results_of(table_of(n_configs=12)).importance()
    assert answer.empty
    assert "at least 20 configurations" in answer.reasons[0]


@pytest.mark.parametrize("options", [{"top": 0.0}, {"top": 1.0}, {"order": 0}])
def test_arguments_out_of_range_are_refused(plain, options):
    with pytest.raises(ResultsError, match="must"):
        plain.importance(**options)


def test_instability_finds_what_the_spread_depends_on():
    table = table_of(n_seeds=6)
    rng = np.random.default_rng(1)
    spread = np.where(table["kind"] == "a", 0.1, 1.0)
    answer = results_of(table.assign(score=spread * rng.normal(size=len(table)))).instability()
    assert answer["term"].iloc[0] == "kind"
    assert answer["share"].iloc[0] > 0.5
    assert answer["share"].sum() == pytest.approx(1)


def test_equal_spreads_are_told_as_chance():
    rng = np.random.default_rng(1)
    table = table_of(n_seeds=6)
    found = results_of(table.assign(score=rng.normal(size=len(table)))).instability()
    assert abs(found["share"][:3].sum()) < 0.1


def test_seeds_that_all_agree_have_no_spread_to_explain():
    table = table_of(n_seeds=3, noise=0.0)
    answer = results_of(table).instability()
    assert answer.empty
    assert "the same score under all their seeds" in answer.reasons[0]


def test_one_seed_has_no_spread_to_explain():
    answer = results_of(table_of(n_seeds=1)).instability()
    assert answer.empty
    assert "2 seeds" in " ".join(answer.reasons)


def conditional_table(fails, random_seed=0):
    """`kind` decides by its mean, `m` is there for b alone; some runs of b fail."""
    rng = np.random.default_rng(random_seed)
    n = 400
    is_b = rng.integers(0, 2, n) == 1
    m = np.where(is_b, rng.random(n), np.nan)
    mean = np.where(is_b, 2 * np.nan_to_num(m) + 1, 0.0)
    score = np.where(is_b & (rng.random(n) < fails), np.nan, mean)
    return pd.DataFrame(
        {
            "kind": np.where(is_b, "b", "a"),
            "m": m,
            "x": rng.random(n),
            "seed": 0,
            "score": score + 0.05 * rng.normal(size=n),
        }
    )


@pytest.mark.parametrize("fails", [0.0, 0.5])
def test_failures_in_one_regime_do_not_make_it_lighter(fails):
    space = Space.from_mapping(
        {
            "kind": {"choice": ["a", "b"]},
            "m": {"float": [0, 1], "when": {"kind": "b"}},
            "x": {"float": [0, 1]},
        }
    )
    results = from_frame(
        conditional_table(fails),
        metric="score",
        mode="max",
        hyperparameters=["kind", "m", "x"],
        space=space,
    )
    found = shares(results.importance())
    assert found["kind"] == pytest.approx(6 / 7, abs=0.04)
    assert found["m"] == pytest.approx(1 / 7, abs=0.04)


def test_what_two_seeds_disagree_about_is_not_importance():
    """The second seed turns the slope of `extra` round, so nobody knows what it is in the mean."""
    table = table_of(n_seeds=2)
    rng = np.random.default_rng(0)
    slope = np.array([1.0, -0.6])[table["seed"]]
    noisy = slope * table["extra"] + 0.05 * rng.normal(size=len(table))
    answer = results_of(table.assign(score=noisy)).importance()
    assert answer.set_index("term").loc["extra", "low"] < 0.05
    assert any("differently under different seeds" in each for each in answer.reasons)
