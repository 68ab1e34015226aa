"""What must not matter to any answer: order of rows, labels, scale, and when it is asked."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sweeps.results import Answer, from_frame
from tests.results.making import frame_of, luck

QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "best": ("best", {}),
    "cvar best": ("best", {"criterion": "cvar"}),
    "frontier": ("frontier", {}),
    "compare": ("compare", {"a": 1, "b": 3}),
    "compare_to_best": ("compare_to_best", {}),
    "pooled": ("compare_to_best", {"pooled": True}),
    "variance": ("variance", {}),
    "top": ("variance", {"top": 0.5}),
    "seeds_needed": ("seeds_needed", {}),
    "stability": ("stability", {}),
    "iqm": ("intervals", {"statistic": "iqm"}),
    "cvar": ("intervals", {"statistic": "cvar"}),
    "failure_rate": ("intervals", {"statistic": "failure_rate"}),
    "profiles": ("profiles", {}),
}
N_EXAMPLES = 8


def read(frame, *, paired, mode="max"):
    """Read a frame; `name` identifies the configuration."""
    return from_frame(
        frame,
        metric="score",
        mode=mode,
        hyperparameters=["x"],
        config_id="name",
        role="role",
        paired=paired,
    )


def named(table, role="race"):
    """Give a frame whose configurations have names."""
    frame = frame_of(table, role)
    return frame.assign(name="config-" + frame["x"].astype(str))


def drawn(number, *, n_failed):
    """Give a sweep with failures and validation runs."""
    rng = np.random.default_rng(number)
    table = luck(7, 9, seed=number)
    table.flat[rng.choice(table.size, n_failed, replace=False)] = np.nan
    fresh = named(luck(3, 4, seed=number + 1), "validation")
    return pd.concat([named(table), fresh], ignore_index=True)


def answers(results, names=None):
    """Ask everything; give plain figures, with configurations called by their first name."""
    found: dict[str, Any] = {}
    for key, (method, arguments) in QUESTIONS.items():
        answer = getattr(results, method)(**arguments)
        if isinstance(answer, Answer):
            plain = pd.DataFrame(answer).drop(columns=["x"], errors="ignore")
            if "config_id" in plain and names:
                plain["config_id"] = plain["config_id"].map(names)
            found[key] = plain
            facts = {name: str(fact) for name, fact in answer.attrs.items() if name == "reasons"}
            found[f"{key} facts"] = facts
        else:
            found[key] = flat(asdict(answer), names or {})
    return found


def flat(record, names):
    """Give the numbers and words of a record by dotted name."""
    parts: dict[str, Any] = {}
    for key, value in record.items():
        if key == "config":
            continue
        if isinstance(value, dict):
            parts |= {f"{key}.{name}": part for name, part in flat(value, names).items()}
        elif isinstance(value, tuple):
            parts[key] = tuple(names.get(part, part) for part in value)
        else:
            parts[key] = names.get(value, value) if isinstance(value, str) else value
    return parts


def assert_same(first, second, rtol=1e-7):
    """Compare everything, numbers to rounding."""
    for key, one in first.items():
        other = second[key]
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other, rtol=rtol, atol=1e-9, obj=key)
            continue
        assert one.keys() == other.keys()
        for name, value in one.items():
            if isinstance(value, float):
                assert value == pytest.approx(other[name], rel=rtol, abs=1e-9, nan_ok=True), name
            else:
                assert value == other[name], (key, name)


numbers = st.integers(0, 10_000)


@pytest.mark.slow
@pytest.mark.parametrize("paired", [True, False])
@settings(max_examples=N_EXAMPLES)
@given(number=numbers, n_failed=st.sampled_from([0, 5]))
def test_order_of_rows_does_not_matter(number, n_failed, paired):
    """Rows come as runs finish, which is chance."""
    frame = drawn(number, n_failed=n_failed)
    shuffled = frame.sample(frac=1, random_state=number)
    assert_same(answers(read(frame, paired=paired)), answers(read(shuffled, paired=paired)))


@pytest.mark.slow
@pytest.mark.parametrize("paired", [True, False])
@settings(max_examples=N_EXAMPLES)
@given(number=numbers, n_failed=st.sampled_from([0, 5]))
def test_labels_do_not_matter(number, n_failed, paired):
    """Neither the numbers of seeds nor the names and values of configurations."""
    frame = drawn(number, n_failed=n_failed)
    rng = np.random.default_rng(number)
    renamed = dict(zip(frame["name"].unique(), rng.permutation(7), strict=True))
    new_seeds = rng.choice(1000, 9, replace=False)
    other = frame.assign(
        name=frame["name"].map(renamed).astype(str) + "-name",
        seed=new_seeds[frame["seed"]],
        x=frame["name"].map(renamed),
    )
    back = {f"{new}-name": old for old, new in renamed.items()}
    assert_same(answers(read(frame, paired=paired)), answers(read(other, paired=paired), back))


@pytest.mark.slow
@settings(max_examples=N_EXAMPLES)
@given(number=numbers)
def test_the_sign_of_the_metric_does_not_matter(number):
    """A loss is a negated score under the other mode."""
    frame = drawn(number, n_failed=3)
    up = read(frame, paired=True)
    down = read(frame.assign(score=-frame["score"]), paired=True, mode="min")
    assert up.best().tied == down.best().tied
    for name, value in up.best().optimism.items():
        assert value == pytest.approx(down.best().optimism[name], nan_ok=True)
    for key in ("variance", "top", "seeds_needed", "failure_rate"):
        method, arguments = QUESTIONS[key]
        one, other = (getattr(each, method)(**arguments) for each in (up, down))
        pd.testing.assert_frame_equal(one, other, rtol=1e-7)
    one, other = up.stability(), down.stability()
    for name in ("wrong", "clearly_wrong", "cost", "low", "high"):
        np.testing.assert_allclose(one[name], other[name], atol=1e-9)
    np.testing.assert_allclose(one["value"], -other["value"])
    one, other = up.compare_to_best(), down.compare_to_best()
    np.testing.assert_allclose(one["low"], -other["high"])
    assert one["tied"].tolist() == other["tied"].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("paired", [True, False])
@settings(max_examples=N_EXAMPLES)
@given(
    number=numbers,
    factor=st.sampled_from([1e-6, 0.37, 3.0, 1e8]),
    shift=st.sampled_from([0.0, -5.0, 10.0]),
)
def test_scale_and_origin_of_the_metric_do_not_matter(number, factor, shift, paired):
    """Figures have the metric's unit or none; shares, p-values and choices stay."""
    frame = drawn(number, n_failed=4)
    one = read(frame, paired=paired)
    other = read(frame.assign(score=factor * (frame["score"] + shift)), paired=paired)

    first, second = one.best(), other.best()
    assert (first.config_id, first.tied) == (second.config_id, second.tied)
    assert first.recommended_by == second.recommended_by
    for name in ("naive", "leave_one_seed_out", "shrunken", "validated"):
        for part in ("value", "low", "high"):
            expected = factor * (getattr(getattr(first, name), part) + shift)
            found = getattr(getattr(second, name), part)
            assert found == pytest.approx(expected, rel=1e-6, abs=1e-6 * factor, nan_ok=True)

    near: Any = {"rtol": 1e-5, "atol": 1e-7}
    for key, columns in (
        ("variance", ["df", "share", "low", "high"]),
        ("top", ["df", "share", "low", "high"]),
        ("seeds_needed", ["exact"]),
        ("stability", ["wrong", "clearly_wrong"]),
        ("pooled", ["p_value", "p_adjusted"]),
        ("compare_to_best", ["p_value", "p_adjusted"]),
        ("profiles", ["share", "low", "high"]),
        ("failure_rate", ["value", "low", "high"]),
    ):
        method, arguments = QUESTIONS[key]
        a, b = (getattr(each, method)(**arguments) for each in (one, other))
        np.testing.assert_allclose(a[columns], b[columns], err_msg=key, **near)
    a, b = one.stability(), other.stability()
    np.testing.assert_allclose(factor * a["cost"], b["cost"], rtol=1e-5, atol=1e-7 * factor)
    a, b = one.compare(1, 2), other.compare(1, 2)
    assert a.p_exact == pytest.approx(b.p_exact)
    assert a.effect_size.low == pytest.approx(b.effect_size.low, rel=1e-4, nan_ok=True)
    assert factor * a.difference == pytest.approx(b.difference, rel=1e-6)


@pytest.mark.parametrize("paired", [True, False])
def test_the_same_question_has_the_same_answer_twice(paired):
    """Also from results that were read anew, and after other questions."""
    frame = drawn(3, n_failed=5)
    results = read(frame, paired=paired)
    first = answers(results)
    assert_same(first, answers(results), rtol=0)
    assert_same(first, answers(read(frame, paired=paired)), rtol=0)


def test_another_random_seed_changes_what_is_drawn_alone():
    """Bounds that come from draws differ, estimates do not."""
    results = read(drawn(3, n_failed=0), paired=True)
    one, other = results.variance(random_seed=1), results.variance(random_seed=2)
    assert one["variance"].tolist() == other["variance"].tolist()
    assert one["low"].tolist() != other["low"].tolist()


@pytest.mark.parametrize("value", [1.0, 1e300, -1e300, 5e-324, 0.0])
@pytest.mark.parametrize("paired", [True, False])
def test_constant_and_extreme_scores_are_answered(value, paired):
    """No overflow, no division by zero, no warning."""
    table = np.full((5, 7), value)
    for scores in (table, table * np.linspace(0.5, 1, 35).reshape(5, 7)):
        results = read(named(scores), paired=paired)
        found = answers(results)
        assert found["best"]["naive.n"] == 7


def test_nothing_but_failures_has_no_answer_but_a_failure_rate():
    """Where nobody leads, that is said; where failures are the answer, they are."""
    results = read(named(np.full((3, 4), np.nan)), paired=True)
    assert results.intervals("failure_rate")["value"].tolist() == [1, 1, 1]
    assert results.intervals("mean")["value"].isna().all()
    assert results.profiles().empty
