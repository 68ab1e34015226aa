"""Frames keep the facts about themselves through what is done with a frame."""

from __future__ import annotations

import pickle
from dataclasses import asdict

import pandas as pd
import pytest

from sweeps.analysis.estimate import Estimate
from sweeps.results import Answer
from sweeps.results.answer import texts

ICC = Estimate(0.5, 0.4, 0.6, 8)
FACTS = {"design": "crossed", "icc": ICC, "reasons": ("A sentence.",)}


@pytest.fixture
def answer():
    """An answer with two rows."""
    return Answer.of({"n": [1, 2], "reason": texts(["why", None])}, FACTS)


def test_facts_can_be_read_as_attributes(answer):
    """As in `r.variance().icc`."""
    assert answer.icc.value == 0.5
    assert answer.design == "crossed"


@pytest.mark.parametrize(
    "derive",
    [
        lambda a: a.copy(),
        lambda a: a[a["n"] > 1],
        lambda a: a[["n"]],
        lambda a: a.sort_values("n", ascending=False),
        lambda a: a.head(1),
        lambda a: pickle.loads(pickle.dumps(a)),  # noqa: S301 - our own
        lambda a: a.reset_index(drop=True),
    ],
)
def test_facts_stay_with_copies_and_parts(answer, derive):
    """Whatever is taken from an answer still says how it was made."""
    derived = derive(answer)
    assert isinstance(derived, Answer)
    assert derived.attrs == {**FACTS, "icc": asdict(ICC)}
    assert derived.icc == FACTS["icc"]


def test_answers_can_be_written_to_files(answer, tmp_path):
    """Parquet takes what is said about the frame along, as JSON."""
    answer.to_parquet(tmp_path / "answer.parquet")
    answer.to_feather(tmp_path / "answer.feather")
    read = pd.read_parquet(tmp_path / "answer.parquet")
    assert read.attrs["icc"]["value"] == 0.5
    assert read["n"].tolist() == [1, 2]


def test_columns_go_before_facts_of_the_same_name():
    """What is in the frame cannot be hidden by what is said about it."""
    answer = Answer.of({"n": [1, 2]}, {"n": "a fact"})
    assert answer.n.tolist() == [1, 2]
    assert answer.attrs["n"] == "a fact"


def test_unknown_attributes_are_refused_as_by_any_frame(answer):
    """A misspelt fact is no silent None."""
    with pytest.raises(AttributeError, match="no attribute 'iccc'"):
        _ = answer.iccc


def test_an_answer_is_a_plain_frame_to_pandas(answer):
    """It can be joined, written and compared like one."""
    plain = pd.DataFrame(answer)
    pd.testing.assert_frame_equal(plain.astype({"n": int}), pd.DataFrame(answer))
    assert len(pd.concat([answer, answer])) == 4
    assert answer.to_csv(index=False).splitlines() == ["n,reason", "1,why", "2,"]
