"""One run in this process: what a debugger sees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sweeps.engine import try_run
from sweeps.errors import UnknownConfigError
from sweeps.seeds import make_seed
from sweeps.space import config_id
from sweeps.tune.metric import MalformedReportError
from tests.engine.conftest import SOURCE


@pytest.fixture(autouse=True)
def _same_environment(monkeypatch):
    """A run limits the threads of this process; the other tests keep theirs."""
    import threadpoolctl

    from sweeps.tune.limits import THREAD_VARIABLES

    for name in THREAD_VARIABLES:
        monkeypatch.setenv(name, "1")
    with threadpoolctl.threadpool_limits():
        yield


def body(*lines):
    """Replace what the function of the objective does."""
    return SOURCE.partition('    print("training")')[0] + "".join(f"    {line}\n" for line in lines)


def test_the_first_configuration_and_seed_are_tried(make_sweep):
    """They are those that the sweep would begin with."""
    sweep = make_sweep()
    tried = try_run(sweep)
    assert tried.config.values == sweep.space.propose(0, 0)
    assert tried.config.config_id == config_id(tried.config.values)
    assert tried.seed == 0
    number = float(make_seed(0, "race", 0))
    x: Any = tried.config.values["x"]
    assert tried.reports == ({"loss": x**2, "number": number},)
    assert tried.duration_s >= 0


def test_configuration_and_seed_can_be_chosen(make_sweep):
    """By the first digits of the identifier, and by the number in the column `seed`."""
    sweep = make_sweep()
    wanted = sweep.space.propose(0, 2)
    tried = try_run(sweep, config=config_id(wanted)[:6], seed=1)
    assert tried.config.values == wanted
    assert (tried.seed, tried.config.index) == (1, 2)
    assert tried.reports[0]["number"] == float(make_seed(0, "race", 1))


def test_listed_seeds_arrive_as_they_are(make_sweep):
    """The first of the list by default; any other one can be tried."""
    sweep = make_sweep(seeds=[4_000_000_000, 12])
    assert try_run(sweep).reports[0]["number"] == 4_000_000_000
    assert try_run(sweep, seed=12).reports[0]["number"] == 12
    assert try_run(sweep, seed=5).reports[0]["number"] == 5


def test_what_it_prints_comes_through(make_sweep, capsys):
    """Nothing is captured: this is for looking."""
    try_run(make_sweep())
    assert capsys.readouterr().out == "training\n"


def test_what_it_raises_comes_through(make_sweep):
    """As it is, so that a debugger stops there."""
    with pytest.raises(ZeroDivisionError):
        try_run(make_sweep(body("1 / 0")))


def test_nothing_is_stored(make_sweep, tmp_path):
    """Not even a store is made."""
    try_run(make_sweep())
    assert not (tmp_path / "sweeps.db").exists()


def test_a_generator_gives_all_its_steps(make_sweep):
    """One dict a step, in their order."""
    text = body("for step in range(3):", "    yield {'loss': step}")
    assert try_run(make_sweep(text)).reports == ({"loss": 0.0}, {"loss": 1.0}, {"loss": 2.0})


def test_a_class_gives_its_steps(make_sweep):
    """As many as it declares, or until it raises `StopIteration`."""
    for n_steps, steps in ((2, 2), (9, 3)):
        text = f"""\
SPACE = {{"x": {{"float": [-1, 1]}}}}
METRIC = "loss"
MODE = "min"


class Train:
    STEPS = {n_steps}

    def setup(self, config, seed):
        self.n = 0

    def step(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration
        return {{"loss": self.n}}
"""
        reports = try_run(make_sweep(text)).reports
        assert [report["loss"] for report in reports] == [1.0, 2.0, 3.0][:steps]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["return 0.5"], "must give a dict of metrics, but it gave a float"),
        (["return {'loss': 'low'}"], "`loss` must be a number, but it was a str"),
        (["yield from ()"], "must yield at least one dict of metrics, but it yielded none"),
    ],
)
def test_what_is_no_report_is_said(make_sweep, lines, reason):
    """In the words that a sweep would use."""
    with pytest.raises(MalformedReportError, match=reason):
        try_run(make_sweep(body(*lines)))


def test_data_are_loaded(make_sweep):
    """An objective that takes data gets what `load_data` gives."""
    text = body("return {'loss': sum(data)}").replace("(config, seed)", "(config, seed, data)")
    sweep = make_sweep(text + "\ndef load_data():\n    return [1, 2, 3]\n")
    assert try_run(sweep).reports == ({"loss": 6.0},)


def test_global_generators_are_reseeded(make_sweep):
    """A second try draws what the first one drew, as it would in the sweep."""
    text = "import numpy as np\n" + body("return {'loss': np.random.rand()}")
    sweep = make_sweep(text)
    first, again, other = (try_run(sweep, seed=seed).reports[0]["loss"] for seed in (0, 0, 1))
    assert first == again != other
    np.random.seed(0)


@pytest.mark.parametrize(
    ("prefix", "reason"),
    [("zz", "but none begins with 'zz'"), ("", "but 3 begin with ''")],
)
def test_a_configuration_that_is_not_one_is_refused(make_sweep, prefix, reason):
    """None, or several; the message says where the identifiers are."""
    with pytest.raises(UnknownConfigError, match=rf"{reason}\. `sweeps show NAME` lists them\."):
        try_run(make_sweep(), config=prefix)
