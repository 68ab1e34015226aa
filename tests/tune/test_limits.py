"""Time, threads and random generators of a run, each in a process that can be spared."""

from __future__ import annotations

import random

import numpy as np
import pytest

from sweeps.seeds import make_seed
from sweeps.tune.limits import THREAD_VARIABLES, RunTimeoutError, reseed_globals

EXECUTE = """
import itertools, threading, time
from sweeps.tune import limits
from sweeps.tune.conditions import Conditions
from sweeps.tune.execution import Execution, Executor
limits.GRACE_S, limits.REARM_S = 0.1, 0.1

def run(train, *, may_end_process=True, timeout_s=0.1):
    conditions = Conditions(metric="loss", master_seed=0, timeout_s=timeout_s)
    executor = Executor(train, conditions, may_end_process=may_end_process)
    execution = Execution(executor, 0, {}, conditions.seed("race", 0, "c"))
    while (report := execution.advance(float("inf"))) is None:
        pass
    print(report.status, report.error, flush=True)
    return executor
"""

ARM = """
import signal, threading, time
from sweeps.tune.limits import RunTimeoutError, TimeLimit

def spin(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass
"""


@pytest.mark.slow
def test_a_run_in_python_is_ended_and_the_next_one_goes_on(python):
    """An alarm ends a busy loop; the process lives and executes the next run."""
    done = python(f"""{EXECUTE}
def busy(config, seed):
    while True:
        pass

limit = run(busy).limit
run(lambda config, seed: {{"loss": 1.0}})
limit.rest()
time.sleep(0.5)
print("alive")
""")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "timed_out ran longer than timeout_s=0.1",
        "finished None",
        "alive",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("catching", ["except:", "except BaseException:"])
def test_a_run_that_swallows_the_alarm_is_alarmed_again(python, catching):
    """Catching everything once does not make a run endless."""
    done = python(f"""{EXECUTE}
limits.GRACE_S = 5.0
def stubborn(config, seed):
    try:
        while True:
            pass
    {catching}
        pass
    while True:
        pass

run(stubborn)
""")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("timed_out")


@pytest.mark.slow
def test_a_run_that_is_stuck_in_c_loses_its_process(python):
    """No signal handler runs there: the process ends by itself, and shows where it was."""
    done = python(f"""{EXECUTE}
run(lambda config, seed: sum(itertools.repeat(0)))
print("never")
""")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Timeout (0:00:00.3" in done.stderr
    assert "<lambda>" in done.stderr


@pytest.mark.slow
def test_a_run_outside_the_main_thread_has_the_process_limit(python):
    """Alarms belong to the main thread; elsewhere the process is what can be ended."""
    done = python(f"""{EXECUTE}
def busy(config, seed):
    while True:
        pass

thread = threading.Thread(target=run, args=(busy,))
thread.start()
thread.join()
""")
    assert done.returncode == 1
    assert "Timeout (0:00:00.3" in done.stderr


@pytest.mark.slow
def test_many_short_runs_move_the_limit_along(python):
    """A batch of short runs may last longer than the limit of one run."""
    done = python(f"""{EXECUTE}
until = time.monotonic() + 0.8
conditions = Conditions(metric="loss", master_seed=0, timeout_s=0.1)
executor = Executor(lambda config, seed: {{"loss": 1.0}}, conditions, may_end_process=True)
while time.monotonic() < until:
    report = Execution(executor, 0, {{}}, conditions.seed("race", 0, "c")).advance(float("inf"))
    assert report.status == "finished", report
executor.limit.rest()
print("alive")
""")
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


def test_without_a_limit_nothing_is_armed(python):
    """Neither alarm nor process killer."""
    done = python(f"""{ARM}
limit = TimeLimit(None, may_end_process=True)
limit.arm(0.0)
assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
assert limit._process_ends_at == 0.0
print("alive")
""")
    assert done.stdout == "alive\n", done.stderr


def test_what_is_disarmed_never_comes(python):
    """No alarm disturbs what follows the run."""
    done = python(f"""{ARM}
limit = TimeLimit(0.01, may_end_process=False)
limit.arm(0.01)
limit.disarm()
spin(0.05)
print("alive")
""")
    assert done.stdout == "alive\n", done.stderr


def test_a_run_that_is_over_its_limit_is_ended_at_once(python):
    """Whatever it swallowed before: the next slice begins with the alarm."""
    done = python(f"""{ARM}
TimeLimit(1.0, may_end_process=False).arm(-100.0)
try:
    spin(5.0)
except RunTimeoutError:
    print("ended")
""")
    assert done.stdout == "ended\n", done.stderr


def test_a_process_far_over_its_limit_ends(python):
    """A limit that passed long ago is no error of ours, and alarms are no matter of threads."""
    done = python(f"""{ARM}
def run():
    TimeLimit(1.0, may_end_process=True).arm(-100.0)
    spin(5.0)

thread = threading.Thread(target=run)
thread.start()
thread.join()
print("alive")
""")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Timeout")


def test_no_exception_handler_of_a_user_swallows_the_limit():
    """`except Exception` lets it pass."""
    assert not issubclass(RunTimeoutError, Exception)


@pytest.mark.slow
def test_threads_are_limited_now_and_later(python):
    """Libraries that are loaded already, and those that read the environment when they are."""
    done = python(f"""
import os
import numpy, scipy.linalg, threadpoolctl
from sweeps.tune.limits import THREAD_VARIABLES, limit_threads
limit_threads(1)
assert {{os.environ[name] for name in THREAD_VARIABLES}} == {{"1"}}
pools = threadpoolctl.threadpool_info()
assert pools, "nothing to limit"
assert {{pool["num_threads"] for pool in pools}} == {{1}}, pools
print(len(THREAD_VARIABLES) == {len(THREAD_VARIABLES)})
""")
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_global_generators_follow_the_seed():
    """Python's and numpy's global generators start alike for one run, and not for another."""
    draws = []
    for index in (1, 1, 2):
        reseed_globals(make_seed(0, "race", index))
        draws.append((random.random(), np.random.rand()))
    assert draws[0] == draws[1]
    assert draws[0][0] != draws[2][0]
    assert draws[0][1] != draws[2][1]
