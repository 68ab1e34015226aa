"""A scikit-learn estimator as an objective."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from sweeps.errors import ObjectiveError
from sweeps.objective import load_objective, sklearn_objective
from sweeps.seeds import make_seed

IRIS = load_iris(return_X_y=True)
DIABETES = load_diabetes(return_X_y=True)
SEEDS = [make_seed(0, "race", index) for index in range(4)]


def score_of(objective, seed, **config):
    loaded = load_objective(objective)
    assert loaded.load_data is not None
    return loaded.function(config, seed, loaded.load_data())[loaded.metric]


def test_a_holdout_is_what_scikit_learn_gives():
    """The score is that of a stratified quarter, split by the seed's number for `split`."""
    objective = sklearn_objective(KNeighborsClassifier(), *IRIS)
    X, y = IRIS  # noqa: N806
    for seed in SEEDS:
        fit_x, test_x, fit_y, test_y = train_test_split(
            X, y, test_size=0.25, stratify=y, random_state=seed.int("split")
        )
        expected = KNeighborsClassifier(n_neighbors=3).fit(fit_x, fit_y).score(test_x, test_y)
        assert score_of(objective, seed, n_neighbors=3) == pytest.approx(expected)


def test_cross_validation_is_what_scikit_learn_gives():
    """With `cv` the score is the mean over shuffled folds."""
    from sklearn.model_selection import KFold

    folds = KFold(n_splits=4, shuffle=True, random_state=SEEDS[1].int("split"))
    expected = cross_val_score(Ridge(alpha=0.1), *DIABETES, cv=folds).mean()
    objective = sklearn_objective(Ridge(), *DIABETES, cv=4)
    assert score_of(objective, SEEDS[1], alpha=0.1) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("estimator", "metric", "sources"),
    [
        (DecisionTreeClassifier(), "accuracy", ("split", "init")),
        (DecisionTreeRegressor(), "r2", ("split", "init")),
        (KNeighborsClassifier(), "accuracy", ("split",)),
    ],
)
def test_metric_and_sources_follow_from_the_estimator(estimator, metric, sources):
    """Accuracy for classifiers, r2 for regressors; `init` only where there is luck to vary."""
    loaded = load_objective(sklearn_objective(estimator, *IRIS))
    assert (loaded.metric, loaded.mode, loaded.metrics) == (metric, "max", (metric,))
    assert loaded.sources == sources
    assert loaded.takes_data


def test_the_seed_decides_split_and_estimator():
    """Same seed, same score; with both sources fixed, every seed gives the same one."""
    objective = sklearn_objective(DecisionTreeRegressor(), *DIABETES)
    first, again = (score_of(objective, SEEDS[0]) for _ in range(2))
    assert first == again
    assert len({score_of(objective, seed) for seed in SEEDS}) == 4
    fixed = [make_seed(0, "race", index, varied=()) for index in range(3)]
    assert len({score_of(objective, seed) for seed in fixed}) == 1


def test_the_estimator_that_was_given_stays_as_it_was():
    """Each run trains a clone."""
    estimator = DecisionTreeClassifier(max_depth=1)
    score_of(sklearn_objective(estimator, *IRIS), SEEDS[0], max_depth=5)
    assert estimator.max_depth == 1
    assert not hasattr(estimator, "tree_")


def test_hyperparameters_of_a_pipeline_are_nested():
    """`step__name` reaches into a pipeline."""
    objective = sklearn_objective(make_pipeline(StandardScaler(), SVC()), *IRIS)
    good, bad = (score_of(objective, SEEDS[0], svc__C=C) for C in (1.0, 1e-6))
    assert good > bad


def test_a_scorer_by_name_is_the_metric():
    """`scoring` names both."""
    objective = sklearn_objective(LogisticRegression(max_iter=1000), *IRIS, scoring="neg_log_loss")
    assert load_objective(objective).metric == "neg_log_loss"
    assert score_of(objective, SEEDS[0]) < 0


def test_the_data_do_not_travel_with_the_estimator():
    """They go through the object store once, not with each copy of the objective."""
    data = (np.zeros((20_000, 10)), np.zeros(20_000))
    shipment = load_objective(sklearn_objective(DecisionTreeClassifier(), *data)).shipment
    assert shipment.pickled is not None
    assert len(shipment.pickled) < 20_000


def test_another_estimator_is_another_source():
    """The hash follows the estimator's own parameters, not its data."""
    hashes = [
        load_objective(sklearn_objective(estimator, *data)).source_hash
        for estimator, data in [(SVC(C=1.5), IRIS), (SVC(C=2.5), IRIS), (SVC(C=2.5), DIABETES)]
    ]
    assert hashes[0] != hashes[1] == hashes[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"estimator": SVC}, r"must be an instance, got the class `SVC`\. Call it\."),
        ({"estimator": SVC(), "cv": 1}, r"`cv` must be .* at least 2, got 1\. Leave it out\."),
        ({"estimator": SVC(), "scoring": "acuracy"}, r"scorer, got 'acuracy'\. Did you mean `acc"),
    ],
)
def test_a_wrong_argument_is_refused(arguments, message):
    """At once, not in the first run."""
    with pytest.raises(ObjectiveError, match=message):
        sklearn_objective(X=IRIS[0], y=IRIS[1], **arguments)
