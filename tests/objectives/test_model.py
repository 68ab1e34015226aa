"""What every objective that trains a real model promises, and what each alone does."""

from __future__ import annotations

import numpy as np
import pytest

from objectives import forest, mlp, mlp_class, svm
from sweeps.seeds import make_seed
from sweeps.space import Space

MODULES = pytest.mark.parametrize("module", [svm, mlp, forest], ids=["svm", "mlp", "forest"])
SMALL = {
    svm: {"C": 1.0, "kernel": "linear"},
    mlp: {**mlp.DEFAULTS, "width": 8, "batch_size": 256},
    forest: {**forest.DEFAULTS, "n_estimators": 5},
}


@pytest.fixture(scope="module")
def data():
    """The data of each module as a run gets it: read-only."""
    loaded = {module: module.load_data() for module in SMALL}
    for arrays in loaded.values():
        for array in arrays.values():
            array.flags.writeable = False
    return loaded


def reports(module, data, seed, config=None) -> list[dict[str, float]]:
    """Give all that one run reports."""
    result = module.train(config or SMALL[module], seed, data[module])
    return [result] if isinstance(result, dict) else list(result)


def first_report(module, data, seed) -> dict[str, float]:
    """Give what one run reports first: for a generator, after one epoch."""
    result = module.train(SMALL[module], seed, data[module])
    return result if isinstance(result, dict) else next(result)


@MODULES
def test_same_run_gives_the_same_bits(module, data):
    """A configuration and a seed decide all reports, down to the last bit."""
    first, second = (reports(module, data, make_seed(0, "race", 1)) for _ in range(2))
    assert first == second


@MODULES
def test_reports_are_the_metrics_declared(module, data):
    """Every report holds exactly `METRICS`, plain finite floats, `METRIC` among them."""
    for report in reports(module, data, make_seed(0, "race", 0)):
        assert tuple(report) == module.METRICS
        assert {type(value) for value in report.values()} == {float}
        assert np.isfinite(list(report.values())).all()
    assert module.METRIC in module.METRICS


@MODULES
def test_every_declared_source_matters(module, data):
    """Varying one of `SOURCES` alone changes the result: none is declared in vain."""
    for source in module.SOURCES:
        seeds = [make_seed(0, "race", i, varied=(source,)) for i in range(3)]
        assert len({str(first_report(module, data, seed)) for seed in seeds}) > 1, source


@MODULES
def test_nothing_undeclared_matters(module, data):
    """With every declared source held fixed the result never changes."""
    seeds = [make_seed(0, "race", i, varied=("other",)) for i in range(2)]
    first, second = (reports(module, data, seed) for seed in seeds)
    assert first == second


@MODULES
def test_defaults_lie_in_the_space(module):
    """`DEFAULTS` is a configuration that a sweep over `SPACE` accepts unchanged."""
    assert Space.from_mapping(module.SPACE).check(module.DEFAULTS) == module.DEFAULTS


@MODULES
def test_defaults_learn(module, data):
    """The configuration that people use without tuning does its job."""
    last = reports(module, data, make_seed(0, "race", 0), module.DEFAULTS)[-1]
    assert last[module.METRIC] > 0.85


def test_mlp_reports_every_epoch(data):
    """The network reports `STEPS` times and gets better on the way."""
    curve = reports(mlp, data, make_seed(0, "race", 0))
    assert len(curve) == mlp.STEPS
    assert curve[-1]["loss"] < curve[0]["loss"]


def test_svm_sees_other_images_under_another_seed(data):
    """Each seed redraws the split: scores scatter over seeds though `SVC` is deterministic."""
    found = {reports(svm, data, make_seed(0, "race", i))[0]["accuracy"] for i in range(4)}
    assert len(found) > 1


def test_the_class_is_the_generator(data, tmp_path):
    """`mlp_class` reports what `mlp` reports, bit for bit, also when it was saved and loaded."""
    seed = make_seed(0, "race", 0)
    run = mlp_class.Train()
    run.setup(SMALL[mlp], seed, data[mlp])
    curve = [run.step() for _ in range(8)]
    run.save(tmp_path)
    again = mlp_class.Train()
    again.setup(SMALL[mlp], seed, data[mlp])
    again.load(tmp_path)
    curve += [again.step() for _ in range(mlp_class.STEPS - 8)]
    assert curve == reports(mlp, data, seed)
