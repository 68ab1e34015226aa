"""Local importance from the table of runs to the frame."""

import numpy as np
import pytest

from sweeps.errors import ResultsError, UnknownConfigError
from sweeps.results.sensitivity.local import local_answer
from tests.results.sensitivity.nearby import ask, results_of, table_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results():
    return results_of(table_of())


def by_term(answer):
    return answer.set_index("term")


def test_around_the_leader_each_active_hyperparameter_has_its_sd(results):
    answer = ask(local_answer, results)
    assert list(answer.columns) == ["term", "sd", "low", "high"]
    found = by_term(answer)
    assert set(found.index) == {"C", "kernel", "degree", "extra"}
    assert found["sd"]["C"] == pytest.approx(6 / np.sqrt(12), abs=0.1)
    assert found["sd"]["degree"] == pytest.approx(np.sqrt(5 / 4), abs=0.1)
    assert found["low"]["extra"] == 0
    assert answer["sd"].is_monotonic_decreasing


def test_what_is_inactive_there_has_no_row(results):
    table = results.configs
    rank = int(table.index[table["kernel"] == "rbf"][0]) + 1
    answer = ask(local_answer, results, config=rank)
    assert set(answer["term"]) == {"C", "kernel", "extra"}
    assert answer.config_id == table["config_id"].iloc[rank - 1]


def test_it_says_how_it_was_made(results):
    answer = ask(local_answer, results, random_seed=5)
    assert "halves of the configurations and seeds" in answer.estimator
    assert (answer.random_seed, answer.level, answer.n_used) == (5, 0.95, 149)
    assert answer.fit > 0.9


def test_the_same_seed_gives_the_same_numbers(results):
    first, second = (ask(local_answer, results, random_seed=1) for _ in range(2))
    assert first.equals(second)


def test_a_negated_score_as_a_loss_gives_the_same(results):
    table = table_of()
    loss = results_of(table.assign(score=-table["score"]), mode="min")
    assert by_term(ask(local_answer, loss))["sd"].to_dict() == pytest.approx(
        by_term(ask(local_answer, results))["sd"].to_dict()
    )


def test_few_configurations_have_a_reason_and_no_rows():
    answer = ask(local_answer, results_of(table_of(10)))
    assert len(answer) == 0
    assert any("at least 20 configurations" in reason for reason in answer.reasons)


def test_one_seed_is_told():
    answer = ask(local_answer, results_of(table_of(60, 1)))
    assert len(answer)
    assert any("share one seed" in reason for reason in answer.reasons)


def test_an_unknown_configuration_is_refused(results):
    with pytest.raises(UnknownConfigError):
        ask(local_answer, results, config=1000)


def test_runs_that_all_failed_are_refused():
    with pytest.raises(ResultsError, match="has finished"):
        ask(local_answer, results_of(table_of(30).assign(score=np.nan)))
