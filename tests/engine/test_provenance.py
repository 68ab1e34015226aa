"""Where results come from, and what must not be written down about it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import threading

import numpy as np
import pytest

from sweeps.engine import provenance
from sweeps.engine.provenance import data_hash, provenance_of


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with one commit, and a way to call git in it; no settings but its own."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    folder = tmp_path / "repository"
    folder.mkdir()

    def git(*arguments):
        identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        done = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", *identity, *arguments],  # noqa: S607
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    git("init", "--quiet")
    (folder / "study.yaml").write_text("seeds: 3\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "Start")
    return folder, git


def git_facts(write, folder):
    return provenance_of(write(), None, folder=folder)["git"]


def test_a_clean_repository_is_its_commit(write, repository):
    """Commit, not dirty, no diff."""
    folder, git = repository
    expected = {"commit": git("rev-parse", "HEAD"), "is_dirty": False, "diff": ""}
    assert git_facts(write, folder) == expected


def test_what_is_not_committed_is_in_the_diff(write, repository):
    """Staged or not, and also when git is told to colour or to use another program."""
    folder, git = repository
    git("config", "color.diff", "always")
    git("config", "diff.external", "false")
    (folder / "study.yaml").write_text("seeds: 30\n")
    (folder / "new.yaml").write_text("seeds: 7\n")
    git("add", "new.yaml")
    facts = git_facts(write, folder)
    assert facts["is_dirty"]
    assert {"-seeds: 3", "+seeds: 30", "+seeds: 7"} <= set(facts["diff"].splitlines())


def test_a_file_that_git_does_not_know_makes_it_dirty(write, repository):
    """It may be the objective itself."""
    folder, _ = repository
    (folder / "model_new.py").write_text("x = 1\n")
    facts = git_facts(write, folder)
    assert (facts["is_dirty"], facts["diff"]) == (True, "")


def test_a_folder_inside_belongs_to_the_repository(write, repository):
    """The diff is that of the whole repository."""
    folder, git = repository
    (folder / "study.yaml").write_text("seeds: 30\n")
    (folder / "inside").mkdir()
    facts = git_facts(write, folder / "inside")
    assert facts["commit"] == git("rev-parse", "HEAD")
    assert "+seeds: 30" in facts["diff"]


def test_outside_a_repository_there_are_no_git_facts(write, repository, tmp_path, monkeypatch):
    """Nor in one without a commit, nor on a machine without git."""
    folder, git = repository
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert git_facts(write, tmp_path) is None
    empty = folder / "empty"
    git("init", "--quiet", str(empty))
    assert git_facts(write, empty) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_facts(write, folder) is None


def test_a_long_diff_is_cut(write, repository):
    """It is a reminder, not a backup."""
    folder, _ = repository
    (folder / "study.yaml").write_text("# long\n" * 100_000)
    assert len(git_facts(write, folder)["diff"]) == provenance.MOST_DIFF_CHARS


def test_a_diff_holds_no_password(write, repository):
    """A store's address in a study that is being edited is not copied with its password."""
    folder, _ = repository
    (folder / "study.yaml").write_text("store: postgresql://ann:hush@host/db\na: b & c\n")
    diff = git_facts(write, folder)["diff"]
    assert "hush" not in diff
    assert {"+store: postgresql://ann@host/db", "+a: b & c"} <= set(diff.splitlines())


@pytest.mark.parametrize(
    ("argument", "written"),
    [
        ("--set", "--set"),
        ("store=postgresql://ann:hush@host:5432/db", "store=postgresql://ann@host:5432/db"),
        ("--store=mysql://:hush@host/db", "--store=mysql://@host/db"),
        ("postgresql://ann:hu@sh@host/db", "postgresql://ann@host/db"),
        ("postgresql://host/db?user=ann&password=hush", "postgresql://host/db?user=ann"),
        ("sqlite:///sweeps.db", "sqlite:///sweeps.db"),
        ("name=a&b", "name=a&b"),
    ],
)
def test_the_command_holds_no_password(write, monkeypatch, argument, written):
    """Anything of the form `scheme://user:password@` loses the password; the rest stays."""
    monkeypatch.setattr(sys, "argv", ["sweeps", "run", argument])
    described = provenance_of(write(), None)
    assert described["user_command"] == ["sweeps", "run", written]
    assert "hush" not in json.dumps(described)


def test_everything_is_plain_data(write, tmp_path):
    """What is written reads back equal, with all the keys that are promised."""
    described = provenance_of(write(), "abc", folder=tmp_path)
    assert json.loads(json.dumps(described)) == described
    keys = "python platform machine cores user_command folder packages git objective data_hash"
    assert set(described) == set(keys.split())


def test_machine_code_and_data_are_named(write, tmp_path):
    """This Python, this folder, this source, these data."""
    objective = write()
    described = provenance_of(objective, "abc", folder=tmp_path)
    assert described["python"] == platform.python_version()
    assert described["folder"] == str(tmp_path)
    assert described["data_hash"] == "abc"
    assert described["objective"] == {
        "reference": "model.py:train",
        "source": objective.source,
        "source_hash": objective.source_hash,
        "helpers": {},
    }


def test_packages_come_with_their_versions(write):
    """Every installed package, in alphabetical order."""
    packages = provenance_of(write(), None)["packages"]
    assert packages["numpy"] == np.__version__
    assert list(packages) == sorted(packages, key=str.lower)


def test_data_are_hashed_by_content():
    """Equal data, equal hash; one element makes another one."""
    data = {"X": np.arange(6.0), "y": [0, 1]}
    same = {"y": [0, 1], "X": np.arange(6.0)}
    assert data_hash(data) == data_hash(same)
    assert data_hash(data) != data_hash({"X": np.arange(6.0) + 1, "y": [0, 1]})


def test_what_cannot_be_hashed_has_no_hash():
    """Neither nothing nor something that cannot be read stops the sweep."""
    assert data_hash(None) is None
    assert data_hash(threading.Lock()) is None
