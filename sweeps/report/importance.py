"""Which hyperparameters matter: all that a sweep says of it, first in words, then in tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from sweeps.errors import ResultsError
from sweeps.report.figure import notes
from sweeps.report.fitted import FittedGrid
from sweeps.report.indices import indices_columns, indices_notes, indices_said, is_designed
from sweeps.report.instability import SPREAD_NOTE, instability_said
from sweeps.report.mattering import mattering, near_the_top
from sweeps.report.near_best import (
    LOCAL_NOTE,
    ablation_columns,
    ablation_said,
    local_columns,
    local_said,
)
from sweeps.report.progress import unfinished
from sweeps.report.share_table import SPARE, share_columns, share_notes, top_note
from sweeps.report.tuning import tunability_columns, tunability_notes, tunability_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd
    from rich.console import RenderableType

    from sweeps.report.column import Column
    from sweeps.results import Results

TOP = 0.1
"""Share of the configurations that count as the good ones, where these are not too few."""
FEWEST_ON_TOP = 5
"""Configurations that it takes to say what got them there."""
_OWN_INDICES = "a designed experiment has indices of its own, over the whole space"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about importance.

    Attributes:
        interactions: What pairs do together.
        instability: What makes the seed matter more.
        near_best: What moves the score around the best, and what led there.
        tunability: What tuning buys.
        top: Share of the configurations that count as good ones; None for a tenth, or for the
            best 5 where these are more.
        defaults: Values to measure from; None for those that the sweep ran.
    """

    interactions: bool = False
    instability: bool = False
    near_best: bool = False
    tunability: bool = False
    top: float | None = None
    defaults: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class ImportanceAnswers:
    """What a sweep says of its hyperparameters; None for what was not asked.

    Attributes:
        indices: Those of a designed experiment, which stand for the next two.
        importance: Shares of the variance of one run's score over the whole space.
        near_the_top: The same among the good configurations.
        instability: The same of how far scores spread over seeds.
        local: What moves the score around the best configuration.
        ablation: The path from the defaults to the best configuration.
        tunability: What tuning buys.
        components: What configurations and seeds add to the variance of one run.
    """

    indices: pd.DataFrame | None = None
    importance: pd.DataFrame | None = None
    near_the_top: pd.DataFrame | None = None
    instability: pd.DataFrame | None = None
    local: pd.DataFrame | None = None
    ablation: pd.DataFrame | None = None
    tunability: pd.DataFrame | None = None
    components: pd.DataFrame | None = None

    @property
    def given(self) -> dict[str, pd.DataFrame]:
        """The answers that were asked for, by name."""
        every = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: frame for name, frame in every.items() if frame is not None}


def importance_answers(results: Results, asked: Asked) -> ImportanceAnswers:
    """Ask a sweep which of its hyperparameters matter.

    Args:
        results: The sweep.
        asked: What is asked beside that.

    Raises:
        ResultsError: Nothing varies, no run has finished, or `top` is out of its range.
    """
    order = 2 if asked.interactions else 1
    is_design = is_designed(results)
    if is_design and asked.top is not None:
        message = f"`top` asks a model about the good ones, and {_OWN_INDICES}. Leave it out."
        raise ResultsError(message)
    importance = None if is_design else results.importance(order=order)
    good = None
    if importance is not None and not importance.empty:
        n_configs = max(int(importance.attrs["n_configs"]), 1)
        tenth = min(max(TOP, FEWEST_ON_TOP / n_configs), 1.0)
        good = results.importance(order=order, top=tenth if asked.top is None else asked.top)
    return ImportanceAnswers(
        indices=results.indices() if is_design else None,
        importance=importance,
        near_the_top=good,
        instability=results.instability(order=order) if asked.instability else None,
        local=results.local_importance() if asked.near_best else None,
        ablation=results.ablation(asked.defaults) if asked.near_best else None,
        tunability=results.tunability(asked.defaults) if asked.tunability else None,
        components=None if good is None else results.variance(),
    )


def importance_report(results: Results, answers: ImportanceAnswers) -> list[RenderableType]:
    """Show which hyperparameters matter: in words, then a table for each question.

    Args:
        results: The sweep.
        answers: What it says.
    """
    told: set[str] = set()
    parts: list[RenderableType] = list(unfinished(results))
    for i, section in enumerate(_sections(results, answers)):
        # The first words on the screen are those of the answer; its title stands over the table.
        start = [Text(section.said), *_heading(section)] if i == 0 else _headed(section)
        parts += [*start, *_table(section, told)]
    return parts


@dataclass(frozen=True, slots=True)
class _Section:
    """The answer to one question.

    Attributes:
        title: What it is about.
        said: The answer in words.
        columns: Its figures.
        remarks: What has to be said under them.
        spare: Positions of columns that a narrow terminal goes without, the first to go first.
    """

    title: str
    said: str
    columns: list[Column]
    remarks: Iterable[str]
    spare: tuple[int, ...] = ()


def _sections(results: Results, answers: ImportanceAnswers) -> Iterator[_Section]:
    metric = results.metric
    if (frame := answers.indices) is not None:
        title, said = f"What {metric} depends on, by the design", indices_said(frame, metric)
        yield _Section(title, said, indices_columns(frame), indices_notes(frame, metric))
    if (frame := answers.importance) is not None:
        yield _importance(answers, frame)
    if (frame := answers.instability) is not None:
        title = "What decides how far scores spread over seeds"
        said = instability_said(frame, results.configs)
        remarks = [SPREAD_NOTE, *share_notes(frame, "these spreads")]
        yield _Section(title, said, share_columns(frame), remarks)
    if (frame := answers.local) is not None:
        said, remarks = local_said(frame, metric), [LOCAL_NOTE, *frame.attrs.get("reasons", ())]
        yield _Section("Around the best configuration", said, local_columns(frame), remarks)
    if (frame := answers.ablation) is not None:
        title, said = "From the defaults to the best configuration", ablation_said(frame, metric)
        remarks = frame.attrs.get("reasons", ())
        yield _Section(title, said, ablation_columns(frame, metric), remarks)
    if (frame := answers.tunability) is not None:
        said, columns = tunability_said(frame, metric), tunability_columns(frame)
        yield _Section("What tuning buys", said, columns, tunability_notes(frame), spare=(4,))


def _importance(answers: ImportanceAnswers, frame: pd.DataFrame) -> _Section:
    good = answers.near_the_top
    near = "" if good is None else near_the_top(good)
    remarks = [*share_notes(frame), *(() if good is None else top_note(good))]
    return _Section(
        "What decides the score of one run",
        f"{mattering(frame, answers.components)} {near}".rstrip(),
        share_columns(frame, good),
        remarks,
        () if good is None or good.empty else SPARE,
    )


def _heading(section: _Section) -> list[Text]:
    """Give the title of a table, nothing where there is none."""
    return [Text(f"\n{section.title}", style="bold")] if section.columns[0].cells else []


def _headed(section: _Section) -> list[Text]:
    """Give title and words of a question beside the first."""
    gap = [Text()] if section.columns[0].cells else []
    return [Text(f"\n{section.title}", style="bold"), Text(section.said), *gap]


def _table(section: _Section, told: set[str]) -> list[RenderableType]:
    """Give a table with what has to be said under it, where that was not told before."""
    if not section.columns[0].cells:
        return []
    new = [remark for remark in section.remarks if remark not in told]
    told.update(new)
    return [FittedGrid(section.columns, section.spare), *notes(new)]
