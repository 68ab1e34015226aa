"""Each provoked fault does what its name says, in a process of its own where it must."""

from __future__ import annotations

import math
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from objectives import fault, synthetic
from sweeps.seeds import make_seed

ROOT = Path(__file__).parents[2]
SEED = make_seed(0, "race", 0)

# An alarm's handler and a thread that both want to speak while the fault goes on. The watchdog
# of `faulthandler` needs neither the interpreter's lock nor a signal: it ends the process.
WATCHED = """
import faulthandler, os, signal, sys, threading
from objectives.fault import provoke

signal.signal(signal.SIGALRM, lambda *_: os.write(1, b"handler ran\\n"))
started = threading.Event()
def speak():
    started.set()
    for _ in range(20):
        threading.Event().wait(0.01)
    os.write(1, b"thread ran\\n")
threading.Thread(target=speak, daemon=True).start()
started.wait()
signal.setitimer(signal.ITIMER_REAL, 0.1)
faulthandler.dump_traceback_later(0.6, exit=True)
provoke(sys.argv[1])
"""


def in_a_process(kind: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    """Provoke a fault in a fresh interpreter and wait for its end."""
    code = code or "import sys; from objectives.fault import provoke; provoke(sys.argv[1])"
    return subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", code, kind],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("exit", fault.EXIT_CODE),
        ("kill", -signal.SIGKILL),
        ("segfault", -signal.SIGSEGV),
        ("raise", 1),
    ],
)
def test_process_ends_as_labelled(kind, code):
    """The fault ends the process with the code or signal that its name promises, announced."""
    ended = in_a_process(kind)
    assert ended.returncode == code
    assert ended.stdout.splitlines()[-1] == fault.announcement(kind)


@pytest.mark.slow
def test_hang_lets_others_run():
    """`hang` never ends, but a signal's handler and other threads still get their turn."""
    ended = in_a_process("hang", WATCHED)
    assert "handler ran" in ended.stdout
    assert "thread ran" in ended.stdout
    assert "Timeout" in ended.stderr


@pytest.mark.slow
def test_hang_c_lets_nobody_run():
    """`hang_c` never ends, and neither a handler nor a thread runs: only a C watchdog ends it."""
    ended = in_a_process("hang_c", WATCHED)
    assert ended.stdout.splitlines() == [fault.announcement("hang_c")]
    assert "Timeout" in ended.stderr


def test_print_writes_megabytes(capfd):
    """`print` writes all that it promises and leaves the score as it is."""
    assert fault.provoke("print") is None
    assert len(capfd.readouterr().out) > fault.PRINTED_MIB * 2**20


def test_raise_names_itself():
    """`raise` raises an error whose text can be looked for."""
    with pytest.raises(fault.ProvokedError, match="synthetic: raised on purpose"):
        synthetic.train({"fault": "raise"}, SEED)


def test_unknown_fault_is_refused():
    """A misspelt fault says which ones there are."""
    with pytest.raises(ValueError, match=r"`fault` must be one of none, raise, .* got 'rise'"):
        fault.provoke("rise")


@pytest.mark.parametrize(("kind", "value"), [("nan", math.nan), ("inf", math.inf)])
def test_divergence_is_reported(kind, value):
    """`nan` and `inf` are what the run reports, in place of its score."""
    reported = synthetic.train({"fault": kind}, SEED)["quality"]
    assert reported == pytest.approx(value, nan_ok=True)


def test_curve_diverges_from_the_step_named():
    """A curve is sound before `fault_step` and diverged from there to its end."""
    config = {"fault": "nan", "fault_step": 3, "n_steps": 5}
    curve = [step["quality"] for step in synthetic.train_steps(config, SEED)]
    assert [math.isnan(quality) for quality in curve] == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("fault_seeds", "hit"), [("all", {0, 1, 2, 3}), ("1", {1}), (2, {2}), ("0,3", {0, 3})]
)
def test_fault_hits_the_seeds_named(fault_seeds, hit):
    """`fault_seeds` chooses the seeds by index."""
    config = {"fault": "nan", "fault_seeds": fault_seeds}
    found = {i for i in range(4) if is_diverged(config, make_seed(0, "race", i))}
    assert found == hit


def test_fault_hits_its_share_of_runs():
    """`fault_share` is the share of runs hit, other ones for another configuration."""
    seeds = [make_seed(0, "race", i) for i in range(400)]
    hit, hit_elsewhere = (
        [is_diverged({"fault": "nan", "fault_share": 0.25, "width": width}, seed) for seed in seeds]
        for width in (1, 2)
    )
    assert sum(hit) == pytest.approx(100, abs=35)  # four standard deviations
    assert hit != hit_elsewhere


def is_diverged(config, seed) -> bool:
    """Say whether the run reports NaN."""
    return math.isnan(synthetic.train(config, seed)["quality"])
