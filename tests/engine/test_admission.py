"""May a sweep start under a name? The name, the identity, the code, the data."""

from __future__ import annotations

import importlib
import sys

import pytest

from sweeps.engine.admission import (
    SHOWN_LINES,
    CodeChange,
    check_identity,
    code_change,
    refuse_code_change,
)
from sweeps.engine.provenance import provenance_of
from sweeps.engine.session import admitted, load_data
from sweeps.errors import CodeChangedError, IdentityError, ObjectiveError
from sweeps.objective import load_objective
from sweeps.store import open_store
from tests.engine.conftest import SOURCE


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/sweeps.db") as opened:
        yield opened


def test_the_same_sweep_is_admitted(make_sweep, put, store):
    """The stored sweep of that name is the one to go on with."""
    put(make_sweep())
    row = admitted(store, make_sweep())
    assert row is not None
    assert row.name == "parabola"


def test_growth_is_the_same_sweep(make_sweep, put, store):
    """More configurations, more seeds and other resources do not make it another one."""
    put(make_sweep())
    grown = make_sweep(search={"sampler": "random", "configs": 30}, seeds=20, resources={"cpu": 2})
    check_identity(store.get("parabola"), grown)


def test_a_name_that_is_taken_is_refused_with_the_difference(make_sweep, put, store):
    """The message lists what differs, and the ways out."""
    put(make_sweep())
    other = make_sweep(master_seed=7, mode="max")
    with pytest.raises(IdentityError, match="the name `parabola` is taken") as info:
        admitted(store, other)
    message = str(info.value)
    assert "  - `master_seed` was 0, is now 7." in message
    assert "  - `mode` was min, is now max." in message
    assert message.count("\n  - ") == 2
    assert "another `name`, or start afresh with `--fresh`" in message


def test_a_free_name_is_free(make_sweep, store):
    """Nothing is stored, so there is nothing to go on with."""
    assert admitted(store, make_sweep()) is None


def test_a_sweep_without_runs_protects_nothing(make_sweep, put, store):
    """A first try that ended before any run does not occupy the name."""
    put(make_sweep(), n_runs=0)
    assert admitted(store, make_sweep(master_seed=7)) is None


def test_the_same_code_and_data_are_no_change(write):
    """Loading the same file again changes nothing."""
    stored = provenance_of(write(), "d1")
    assert code_change([stored], write(), "d1") is None


def test_changed_code_is_shown_as_a_diff(write):
    """Lines that went and came, in the form that everybody knows."""
    stored = provenance_of(write(), None)
    change = code_change([stored], write(SOURCE.replace("** 2", "** 4")), None)
    assert change is not None
    assert not change.is_data
    lines = change.diff.splitlines()
    assert lines[:2] == ["--- stored", "+++ now"]
    assert '-    return {"loss": config["x"] ** 2, "number": int(seed)}' in lines
    assert '+    return {"loss": config["x"] ** 4, "number": int(seed)}' in lines
    with pytest.raises(CodeChangedError, match=r"^the objective of `s` changed .*(?s:.*)\*\* 4"):
        refuse_code_change("s", change)


@pytest.mark.parametrize(("before", "now"), [("d1", "d2"), (None, "d1"), ("d1", None)])
def test_changed_data_are_a_change(write, before, now):
    """Other data, also where there were none before, are named as the reason."""
    stored = provenance_of(write(), before)
    change = code_change([stored], write(), now)
    assert change == CodeChange("", is_data=True)
    with pytest.raises(CodeChangedError, match=r"^the data of `s` changed .* made\.\nUndo the ch"):
        refuse_code_change("s", change)


def test_code_and_data_may_change_together(write):
    """Both are named."""
    change = code_change([provenance_of(write(), "d1")], write(SOURCE + "\n# more\n"), "d2")
    assert change is not None
    with pytest.raises(CodeChangedError, match=r"^the objective and the data of `s` changed"):
        refuse_code_change("s", change)


def test_a_changed_closure_has_no_diff(write):
    """The text is the same, what it closes over is not."""
    objective = write()
    stored = provenance_of(objective, None)
    stored["objective"]["source_hash"] = "of another closure"
    change = code_change([stored], objective, None)
    assert change == CodeChange("", is_data=False, is_carried=True)
    with pytest.raises(CodeChangedError, match=r"^something that the objective closes over of `s`"):
        refuse_code_change("s", change)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A model in a loose file that needs a helper, and not the plots: written and loaded."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])  # loading adds to it

    class Project:
        def write(self, **texts):
            for name, text in texts.items():
                (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")

        def load(self):
            for name in ("a_helper", "a_plot"):
                sys.modules.pop(name, None)
            importlib.invalidate_caches()
            return load_objective("model.py", base=tmp_path)

    made = Project()
    made.write(model=f"import a_helper\n{SOURCE}", a_helper="RATE = 1", a_plot="COLOUR = 1")
    return made


def test_a_changed_helper_is_a_change(project):
    """It is named; one that the objective does not import may change."""
    stored = provenance_of(project.load(), None)
    project.write(a_plot="COLOUR = 2")
    assert code_change([stored], project.load(), None) is None
    project.write(a_helper="RATE = 2")
    change = code_change([stored], project.load(), None)
    assert change == CodeChange("", is_data=False, helpers=("a_helper",))
    with pytest.raises(
        CodeChangedError, match=r"^what the objective imports \(`a_helper`\) of `s`"
    ):
        refuse_code_change("s", change)
    del stored["objective"]["helpers"]  # as sweeps of earlier versions were stored
    assert code_change([stored], project.load(), None) is None


def test_a_helper_that_comes_or_goes_is_a_change_where_the_folder_is_the_same(project):
    """From elsewhere other modules are the user's own; the last session that knew one counts."""
    first = provenance_of(project.load(), None)
    project.write(a_helper="import a_plot")
    grown = code_change([first], project.load(), None)
    assert grown is not None
    assert grown.helpers == ("a_helper", "a_plot")
    elsewhere = {**first, "folder": "/elsewhere", "objective": {**first["objective"]}}
    elsewhere["objective"]["helpers"] = {}
    assert code_change([elsewhere], project.load(), None) is None
    known = code_change([first, elsewhere], project.load(), None)
    assert known is not None
    assert known.helpers == ("a_helper",)


def test_many_helpers_are_counted():
    """The first few say enough."""
    change = CodeChange("", is_data=False, helpers=tuple("abcdefgh"))
    with pytest.raises(CodeChangedError, match=r"`d`, `e` and 3 more\) of `s` changed"):
        refuse_code_change("s", change)


def test_a_long_diff_is_cut_in_the_message():
    """The message stays readable and says how much it leaves out."""
    change = CodeChange("\n".join(f"+{i}" for i in range(SHOWN_LINES + 7)), is_data=False)
    with pytest.raises(CodeChangedError, match=r"\n… and 7 more lines\nUndo the change") as info:
        refuse_code_change("s", change)
    assert f"+{SHOWN_LINES - 1}\n" in str(info.value)
    assert f"+{SHOWN_LINES}\n" not in str(info.value)


def test_every_refusal_names_the_ways_out():
    """Undo it, start afresh, or accept it."""
    with pytest.raises(CodeChangedError, match=r"Undo .* `--fresh` .* `--accept-code-change`, whi"):
        refuse_code_change("s", CodeChange("+x", is_data=False))


def test_data_that_cannot_be_loaded_are_the_users_error(make_sweep):
    """The message has the objective's name and the reason, down to the file that is missing."""
    text = SOURCE.replace("(config, seed)", "(config, seed, data)")
    sweep = make_sweep(text + "\ndef load_data():\n    open('no/such.csv')\n")
    reason = r"`load_data\(\)` of `model\.py:train` raised FileNotFoundError: .* 'no/such\.csv'\. M"
    with pytest.raises(ObjectiveError, match=reason):
        load_data(sweep)
