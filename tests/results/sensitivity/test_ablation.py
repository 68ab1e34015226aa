"""The ablation path from the table of runs to the frame."""

import numpy as np
import pytest

from sweeps.errors import SpaceError
from sweeps.results.sensitivity.ablation import ablation_answer
from tests.results.sensitivity.nearby import SPACE, ask, results_of, table_of

pytestmark = pytest.mark.slow

DEFAULTS = {"C": 0.01, "kernel": "rbf", "extra": 0.5}


@pytest.fixture(scope="module")
def results():
    return results_of(table_of())


@pytest.fixture(scope="module")
def answer(results):
    return ask(ablation_answer, results, defaults=DEFAULTS)


def test_steps_lead_from_the_defaults_to_the_leader(answer, results):
    names = ["step", "term", "before", "after", "score", "gain", "low", "high"]
    assert list(answer.columns) == names
    assert answer["step"].tolist() == [0, 1, 2, 3]
    assert answer["term"].isna().tolist() == [True, False, False, False]
    assert answer.defaults == DEFAULTS
    assert answer.config_id == results.configs["config_id"][0]


def test_a_step_that_switches_another_on_names_both(answer, results):
    """The leader is a polynomial of degree 5."""
    row = answer[answer["term"] == "kernel, degree"].iloc[0]
    degree = int(results.configs["degree"][0])
    assert (row["before"], row["after"]) == (("rbf", None), ("poly", degree))
    assert row["gain"] == pytest.approx(degree, abs=0.5)


def test_gains_are_the_known_ones_and_add_up(answer, results):
    by_term = answer.set_index("term")
    leader = results.configs.iloc[0]
    assert by_term["gain"]["C"] == pytest.approx(np.log10(leader["C"] / 0.01), abs=0.4)
    assert by_term["low"]["extra"] <= 0 <= by_term["high"]["extra"]
    total = answer["score"].iloc[-1] - answer["score"].iloc[0]
    assert answer["gain"].sum() == pytest.approx(total)


def test_a_loss_gains_where_it_falls(answer):
    table = table_of()
    loss = results_of(table.assign(score=-table["score"]), mode="min")
    found = ask(ablation_answer, loss, defaults=DEFAULTS)
    assert found["gain"].iloc[1:].to_numpy() == pytest.approx(answer["gain"].iloc[1:].to_numpy())
    assert found["score"].to_numpy() == pytest.approx(-answer["score"].to_numpy())


def test_every_stop_is_a_configuration_of_the_space(answer):
    config = dict(DEFAULTS)
    for _, row in answer.iloc[1:].iterrows():
        after = row["after"] if isinstance(row["after"], tuple) else (row["after"],)
        config |= dict(zip(row["term"].split(", "), after, strict=True))
        SPACE.check({name: value for name, value in config.items() if value is not None})


def test_without_defaults_there_is_a_reason(results):
    found = ask(ablation_answer, results)
    assert len(found) == 0
    assert found.reasons
    assert found.defaults is None


def test_the_leader_as_defaults_leaves_no_step(results):
    leader = results.best().config
    found = ask(ablation_answer, results, defaults=leader)
    assert len(found) == 1
    assert "no step" in found.reasons[0]


def test_defaults_outside_the_space_are_refused(results):
    with pytest.raises(SpaceError):
        ask(ablation_answer, results, defaults={**DEFAULTS, "kernel": "linear"})


def test_few_configurations_have_a_reason_and_no_rows():
    found = ask(ablation_answer, results_of(table_of(10)), defaults=DEFAULTS)
    assert len(found) == 0
    assert any("at least 20 configurations" in reason for reason in found.reasons)
