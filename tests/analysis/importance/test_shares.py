import numpy as np
import pytest

from sweeps.analysis.importance.dimension import Dimension
from sweeps.errors import ResultsError

LEVELS = np.array([3, -1, 4, 1, -5, 2.0])
FLOAT = Dimension.continuous()


def half_and_half(kind, n, random_seed=0):
    """Draw configurations of two hyperparameters with half of the variance each."""
    u = np.random.default_rng(random_seed).random((n, 2))
    if kind == "float":  # log or not: the position is what the prior draws evenly
        second, effect = FLOAT, (u[:, 1] - 0.5) * np.sqrt(12)
    elif kind == "integer":
        second = Dimension.ordered(np.ones(3))
        effect = (second.cells_of(u[:, 1]) - 1) / np.sqrt(2 / 3)
    elif kind == "log integer":
        whole = np.arange(1, 17)
        second = Dimension.ordered(np.log((whole + 0.5) / (whole - 0.5)))
        value = np.log(whole)
        mean = second.masses @ value
        sd = np.sqrt(second.masses @ (value - mean) ** 2)
        effect = ((value - mean) / sd)[second.cells_of(u[:, 1])]
    else:
        second = Dimension.unordered(np.ones(6))
        effect = ((LEVELS - LEVELS.mean()) / LEVELS.std())[second.cells_of(u[:, 1])]
    cells = np.stack([FLOAT.cells_of(u[:, 0]), second.cells_of(u[:, 1])], axis=1)
    return cells, (u[:, 0] - 0.5) * np.sqrt(12) + effect, [FLOAT, second]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["float", "integer", "log integer", "choice"])
def test_two_equal_effects_get_half_each_on_any_scale(shares_of, kind):
    cells, scores, dimensions = half_and_half(kind, 400)
    found = shares_of(cells, scores[:, None], dimensions)
    assert [found.of(j).share for j in (0, 1)] == pytest.approx([0.5, 0.5], abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("n_seeds", [1, 3])
def test_shares_add_up_to_1(shares_of, n_seeds):
    cells, scores, dimensions = half_and_half("choice", 100)
    noise = np.random.default_rng(1).normal(size=(100, n_seeds))
    for order in (1, 2):
        found = shares_of(cells, scores[:, None] + noise, dimensions, order=order)
        assert sum(row.share for row in found.rows) == pytest.approx(1)


@pytest.mark.slow
def test_pure_noise_leaves_nothing_to_hyperparameters_in_the_mean(shares_of):
    """16 sweeps here: the error of their mean is .015."""
    rng = np.random.default_rng(0)
    dimensions = [Dimension.ordered(np.ones(10))] * 5
    together = [
        sum(
            row.share
            for row in shares_of(
                rng.integers(0, 10, (100, 5)),
                rng.normal(size=(100, 1)),
                dimensions,
                n_repeats=1,
                n_trees=16,
            ).rows[:-1]
        )
        for _ in range(16)
    ]
    assert abs(np.mean(together)) < 0.05


@pytest.mark.slow
def test_ishigami_under_as_much_noise(shares_of):
    """Truth: .157, .221, 0; .122 for the first and third together; half is the seed's."""
    rng = np.random.default_rng(1)
    u = rng.random((1000, 3))
    x = np.pi * (2 * u - 1)
    true = np.sin(x[:, 0]) * (1 + 0.1 * x[:, 2] ** 4) + 7 * np.sin(x[:, 1]) ** 2
    scores = true[:, None] + np.sqrt(13.844588) * rng.normal(size=(1000, 5))
    found = shares_of(FLOAT.cells_of(u), scores, [FLOAT] * 3, order=2)
    shares = [found.of(0).share, found.of(1).share, found.of(2).share, found.of(0, 2).share]
    assert shares == pytest.approx([0.156953, 0.221205, 0, 0.121842], abs=0.03)
    assert found.rest("seed").share == pytest.approx(0.5, abs=0.03)
    assert found.of(0).index == pytest.approx(0.313905, abs=0.05)


@pytest.mark.slow
def test_a_linear_function_gets_its_squared_slopes(shares_of):
    u = np.random.default_rng(0).random((400, 3))
    slopes = np.array([1.0, 2.0, 3.0])
    found = shares_of(FLOAT.cells_of(u), (u @ slopes)[:, None], [FLOAT] * 3)
    shares = [found.of(j).share for j in range(3)]
    assert shares == pytest.approx(slopes**2 / 14, abs=0.03)


@pytest.mark.slow
def test_neither_order_nor_scale_changes_a_share(shares_of):
    cells, scores, dimensions = half_and_half("choice", 60)
    table = scores[:, None] + np.random.default_rng(1).normal(size=(60, 2))
    first = shares_of(cells, table, dimensions)
    rows = np.random.default_rng(2).permutation(60)
    moved = shares_of(cells[rows][:, ::-1], 8 * table[rows] + 32, dimensions[::-1])
    assert [moved.of(1).share, moved.of(0).share] == pytest.approx(
        [first.of(0).share, first.of(1).share]
    )
    assert moved.rest("seed").low == pytest.approx(first.rest("seed").low)


@pytest.mark.slow
def test_one_seed_leaves_the_variance_of_configurations_between_two_bounds(shares_of):
    cells, scores, dimensions = half_and_half("float", 200)
    noise = np.random.default_rng(1).normal(size=(200, 1))
    found = shares_of(cells, scores[:, None] + noise, dimensions)
    assert found.between_low < found.between < found.between_high
    assert found.rows[-1].source == "lack of fit and seed"
    assert "one seed per configuration" in found.reasons[0]


def test_few_configurations_are_refused_in_words(shares_of):
    found = shares_of([[0], [1]], [[1.0], [2.0]], [FLOAT])
    assert not found.rows
    assert "at least 20" in found.reasons[0]


def test_equal_scores_are_refused_in_words(shares_of):
    found = shares_of(np.zeros((30, 1), dtype=int), np.ones((30, 2)), [FLOAT])
    assert "same score" in found.reasons[0]


def test_an_unknown_order_is_refused(shares_of):
    with pytest.raises(ResultsError, match="order"):
        shares_of([[0]], [[1.0]], [FLOAT], order=0)
