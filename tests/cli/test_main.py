"""The program as a whole: help, version, exit codes, and what it costs to ask for help."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import sweeps
from sweeps.cli.main import COMMANDS, main
from sweeps.errors import ExecutionError

HEAVY = {"ConfigSpace", "numpy", "pandas", "pydantic", "ray", "ruamel", "scipy", "sqlalchemy"}
EMPTY_PROGRAM = """
import sys, typer
app = typer.Typer()
app.command("one")(lambda: None)
app.command("two")(lambda: None)
sys.argv = ["empty", "--help"]
try:
    app()
finally:
    print(*sys.modules, file=sys.stderr)
"""
OUR_HELP = """
import sys
from sweeps.cli.main import main
sys.argv = ["sweeps", "--help"]
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def modules_after(code):
    """The modules that a program has loaded at its end."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_help_lists_every_command_on_a_line_of_its_own(cli):
    """In 80 columns nothing wraps."""
    answer = cli("--help")
    assert answer.code == 0
    for name in COMMANDS:
        lines = [line for line in answer.out.splitlines() if f"│ {name} " in line]
        assert len(lines) == 1
        assert lines[0].rstrip(" │").endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_has_an_example_and_explains_every_option(cli, name):
    """What to type stands there, and no option goes unexplained."""
    answer = cli(name, "--help")
    assert answer.code == 0
    assert "Example: " in answer.out
    assert f"sweeps {name}" in answer.out
    assert "--json" in answer.out
    assert cli(name, "-h").out == answer.out


def test_no_command_shows_the_help(cli):
    """Somebody who types the name alone learns what there is."""
    assert "Commands" in cli().out


def test_version(cli):
    """Name and number, for a bug report."""
    answer = cli("--version")
    assert (answer.code, answer.out) == (0, f"sweeps {sweeps.__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rnu"], "Did you mean 'run'"),
        (["run"], "Missing argument"),
        (["run", "x.yaml", "--fast"], "No such option"),
        (["show", "parabola", "--top", "0"], "--top"),
        (["run", "parabola.yaml", "--cpus", "none"], "--cpus"),
    ],
)
def test_misspelt_commands_and_options_are_the_users_error(cli, arguments, said):
    """Exit code 2, and nothing on standard output."""
    answer = cli(*arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (sweeps.errors.SweepError("Mend `x`."), 2, "error: Mend `x`.\n"),
        (ExecutionError("Ray broke."), 1, "error: Ray broke.\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_exit_codes(cli, monkeypatch, error, code, said):
    """2 for the user's mistakes, 1 for our faults, 130 for Ctrl-C, all without a traceback."""

    def fail(*_arguments, **_options):
        raise error

    monkeypatch.setattr("sweeps.store.open_store", fail)
    answer = cli("list")
    assert (answer.code, answer.err, answer.out) == (code, said, "")


def test_a_fault_of_ours_keeps_its_traceback(monkeypatch):
    """What we did not foresee comes through as it is, for a bug report."""

    def fail(*_arguments, **_options):
        raise ZeroDivisionError

    monkeypatch.setattr("sweeps.store.open_store", fail)
    monkeypatch.setattr(sys, "argv", ["sweeps", "list"])
    with pytest.raises(ZeroDivisionError):
        main()


@pytest.mark.slow
def test_python_m_sweeps_is_the_program():
    """Where the scripts of an environment are not on the path."""
    done = subprocess.run(
        [sys.executable, "-m", "sweeps", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"sweeps {sweeps.__version__}\n"


@pytest.mark.slow
def test_help_loads_little_more_than_an_empty_program():
    """Neither Ray nor pandas, nor anything else that takes time."""
    ours, empty = modules_after(OUR_HELP), modules_after(EMPTY_PROGRAM)
    assert not ours & HEAVY
    added = {name for name in ours - empty if not name.startswith("sweeps")}
    assert not {name for name in added if name.partition(".")[0] not in sys.stdlib_module_names}
    assert len({name for name in added if "." not in name}) <= 10


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["show", "parabola"], ["show", "parabola", "--json"]])
def test_a_reader_that_goes_away_is_no_error(put, folder, arguments):
    """`sweeps show | head -1` ends quietly with 0."""
    put()
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "sweeps", *arguments],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_nobody_has_to_watch_the_progress(put):
    """Where standard error is closed, the results still come."""
    put()
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "sweeps", "run", "parabola.yaml"],
        stdout=subprocess.PIPE,
        stderr=writing,
        text=True,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 0
    assert "leads with a mean loss" in done.stdout


@pytest.mark.slow
def test_a_terminal_without_the_characters_gets_others(put):
    """`±` is in no ASCII; what can be written is."""
    put()
    done = subprocess.run(
        [sys.executable, "-m", "sweeps", "show", "parabola"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "leads with a mean loss" in done.stdout


@pytest.mark.slow
def test_a_job_can_be_interrupted_even_if_its_head_was_started_in_the_background():
    """A shell makes such a process, and all that it starts, ignore Ctrl-C."""
    code = (
        "import signal, sys; from sweeps.cli.main import main\n"
        "sys.argv = ['sweeps', '--version']\n"
        "try: main()\n"
        "except SystemExit: print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    )
    ignoring = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-c", code]
    for settings, expected in (({"RAY_JOB_STOP_SIGNAL": "SIGINT"}, "True"), ({}, "False")):
        environment = {**os.environ, **settings}
        done = subprocess.run(  # noqa: S603 - our own interpreter
            ignoring, capture_output=True, text=True, check=True, env=environment
        )
        assert done.stdout.splitlines()[-1] == expected
