"""Any scikit-learn estimator as an objective, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sweeps.errors import ObjectiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sweeps.seeds import Seed

HOLDOUT_SHARE = 0.25  # of the rows, where no cross-validation is asked for


def sklearn_objective(
    estimator: Any,
    X: Any,  # noqa: N803 - scikit-learn's own name
    y: Any,
    *,
    scoring: str | None = None,
    cv: int | None = None,
) -> EstimatorObjective:
    """Turn a scikit-learn estimator and its data into an objective.

    Each seed redraws the split (source `split`) and the estimator's own randomness (source
    `init`, its `random_state` where it has one). Hyperparameters are the estimator's, nested
    ones with `__`, such as `svc__C` in a pipeline.

    Args:
        estimator: Anything with `fit`, `score` and `set_params`; it is cloned for each run.
        X: Features, shape `(n_samples, n_features)`.
        y: Targets, shape `(n_samples,)`.
        scoring: Name of a scikit-learn scorer, which is then the metric's name; without one
            `accuracy` for classifiers and `r2` for regressors. Larger is better.
        cv: Number of folds, shuffled by the seed; without it a holdout of a quarter of the rows.

    Returns:
        A callable objective, to be given to `sweeps.Sweep(objective=...)`.

    Raises:
        ObjectiveError: `cv` is below 2, `scoring` is unknown, or `estimator` is a class.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.tree import DecisionTreeClassifier
        >>> objective = sklearn_objective(DecisionTreeClassifier(), *load_iris(return_X_y=True))
        >>> objective.METRIC
        'accuracy'
    """
    if isinstance(estimator, type):
        message = f"`estimator` must be an instance, got the class `{estimator.__name__}`. Call it."
        raise ObjectiveError(message)
    if cv is not None and cv < 2:
        message = f"`cv` must be a whole number of folds of at least 2, got {cv!r}. Leave it out."
        raise ObjectiveError(message)
    return EstimatorObjective(estimator, X, y, scoring, cv)


class EstimatorObjective:
    """What `sklearn_objective` gives; `METRIC`, `MODE` and `SOURCES` are read by the loader."""

    MODE = "max"

    def __init__(
        self,
        estimator: Any,
        X: Any,  # noqa: N803 - scikit-learn's own name
        y: Any,
        scoring: str | None,
        cv: int | None,
    ) -> None:
        from sklearn.base import is_classifier  # noqa: PLC0415 - slow, and optional for users

        self._estimator, self._scoring, self._cv = estimator, scoring, cv
        self._stratified = bool(is_classifier(estimator))
        self._takes_random_state = "random_state" in estimator.get_params()
        self._data = (X, y)
        self.METRIC = scoring or ("accuracy" if self._stratified else "r2")
        self.METRICS = (self.METRIC,)
        self.SOURCES = ("split", "init") if self._takes_random_state else ("split",)
        self.__qualname__ = f"sklearn_objective({type(estimator).__name__})"
        self.source_text = f"sklearn_objective({estimator!r}, scoring={scoring!r}, cv={cv!r})"
        self._scorer()

    def load_data(self) -> tuple[Any, Any]:
        """Give features and targets; they travel once a node, apart from the estimator."""
        return self._data

    def __getstate__(self) -> dict[str, Any]:
        """Leave the data behind: workers get it through the object store."""
        return {**self.__dict__, "_data": None}

    def __call__(
        self, config: Mapping[str, Any], seed: Seed, data: tuple[Any, Any]
    ) -> dict[str, float]:
        """Train on one split, or on each fold, and give the mean score."""
        scores = [self._score(config, seed, data, *rows) for rows in self._splits(seed, data)]
        return {self.METRIC: float(sum(scores) / len(scores))}

    def _score(
        self, config: Mapping[str, Any], seed: Seed, data: tuple[Any, Any], fit: Any, test: Any
    ) -> float:
        from sklearn.base import clone  # noqa: PLC0415
        from sklearn.utils import _safe_indexing as take  # noqa: PLC0415

        X, y = data  # noqa: N806
        model = clone(self._estimator)
        if self._takes_random_state:
            model.set_params(random_state=seed.int("init"))
        model.set_params(**config).fit(take(X, fit), take(y, fit))
        return float(self._scorer()(model, take(X, test), take(y, test)))

    def _splits(self, seed: Seed, data: tuple[Any, Any]) -> list[tuple[Any, Any]]:
        from sklearn import model_selection as split  # noqa: PLC0415

        X, y = data  # noqa: N806
        random_state = seed.int("split")
        if self._cv is None:
            kind = split.StratifiedShuffleSplit if self._stratified else split.ShuffleSplit
            cutter = kind(n_splits=1, test_size=HOLDOUT_SHARE, random_state=random_state)
        else:
            kind = split.StratifiedKFold if self._stratified else split.KFold
            cutter = kind(n_splits=self._cv, shuffle=True, random_state=random_state)
        return list(cutter.split(X, y))

    def _scorer(self) -> Callable[..., float]:
        from sklearn.metrics import get_scorer, get_scorer_names  # noqa: PLC0415

        if self.METRIC not in get_scorer_names():
            from sweeps.errors import nearest  # noqa: PLC0415

            known = nearest(self.METRIC, get_scorer_names())
            message = f"`scoring` must name a scikit-learn scorer, got {self.METRIC!r}. {known}"
            raise ObjectiveError(message)
        return get_scorer(self.METRIC)  # type: ignore[no-any-return]
