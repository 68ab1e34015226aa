"""A budget of hours on a real Ray."""

from __future__ import annotations

import time

import pytest

import sweeps

SLEEPER = '''\
"""Sleeps in every step, and scores by luck."""

import random
import time

SPACE = {"x": {"float": [0, 1]}}
METRIC = "height"
MODE = "max"


def train(config, seed):
    luck = random.Random(int(seed)).random()
    for step in range(3):
        time.sleep(0.1)
        yield {"height": config["x"] + luck * config["x"]}
'''


class Notes:
    """Remembers what is said to the user."""

    def __init__(self):
        self.said = []

    def start(self, progress): ...

    def update(self, progress): ...

    def note(self, message):
        self.said.append(message)

    def stop(self): ...


@pytest.mark.usefixtures("shared_ray")
def test_hours_end_a_race_and_its_best_are_validated(tmp_path, store):
    """The next session finds it finished; with a larger budget it goes on."""
    path = tmp_path / "sleeper.py"
    path.write_text(SLEEPER, encoding="utf-8")

    def run(hours):
        notes = Notes()
        sweep = sweeps.Sweep(
            name="timed",
            objective=str(path),
            search={"sampler": "random"},
            seeds={"race": 4, "reduction": 2, "pilot": 0, "validate": 3, "contenders": 1},
            budget={"hours": hours},
            store=store,
        )
        return sweeps.run(sweep, progress=notes).runs, notes.said

    started_at = time.monotonic()
    runs, _ = run(0.004)
    assert 12 < time.monotonic() - started_at < 120
    assert runs.status.eq("finished").all()
    assert (runs.role == "validation").sum() in (3, 6)
    assert len(runs) < 14.4 / 0.3 * 2 + 6
    again, said = run(0.004)
    assert len(again) == len(runs)
    assert "its budget (hours: 0.004) is spent" in said[0]
    assert len(run(0.008)[0]) > len(runs)
