"""What is stored of one sweep, as the few columns that comparing configurations takes.

A million runs come back in about the time that pandas needs for as many rows of three columns:
words become numbers inside the database, and no row outlives its chunk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import case, func, literal, select

from sweeps.planner.event import Role, Status
from sweeps.store.reader import CHUNK
from sweeps.store.schema import runs, sweeps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Column, ColumnElement, Connection, Select

    from sweeps.store.packing import Floats, Ints
    from sweeps.store.table import Columns

_MANY = 4
"""Where more than one run in so many is of the sweep, reading all of them in order is faster than
finding its own by their key, one by one."""


def read_score_table(connection: Connection, sweep_id: int) -> Columns:
    """Give the columns of `Store.score_table`."""
    # Role and status travel as one number: each column more would be a million more objects.
    kind = _coded(runs.c.role, Role) * len(Status) + _coded(runs.c.status, Status)
    query = select(runs.c.config_index, runs.c.seed, kind, runs.c.steps, runs.c.score)
    # The sum hides the key from the database, which would otherwise always use it.
    owner = runs.c.sweep_id + 0 if _is_large(connection, sweep_id) else runs.c.sweep_id
    (config, seed, kinds, steps), score = _fetch(connection, query.where(owner == sweep_id))
    role, status = np.divmod(kinds, len(Status))
    order = np.lexsort((seed, role, config))
    names = ("config_index", "role", "seed", "status", "steps", "score")
    columns = (config, role, seed, status, steps, score)
    return {name: column[order] for name, column in zip(names, columns, strict=True)}


def _fetch(connection: Connection, query: Select[Any]) -> tuple[list[Ints], Floats]:
    """Give whole numbers, column by column, and the last column, whose cells may be empty."""
    whole: list[list[Ints]] = [[np.empty(0, np.int64)] for _ in query.selected_columns[:-1]]
    last: list[Floats] = [np.empty(0, np.float64)]
    for rows in connection.execute(query).partitions(CHUNK):
        *numbers, scores = zip(*rows, strict=True)
        for part, cells in zip(whole, numbers, strict=True):
            part.append(np.fromiter(cells, np.int64, len(cells)))
        last.append(np.array(scores, np.float64))
    return [np.concatenate(part) for part in whole], np.concatenate(last)


def _is_large(connection: Connection, sweep_id: int) -> bool:
    """Say whether a large part of all runs are of this sweep; looks at no more than it has to."""
    if len(connection.execute(select(sweeps.c.sweep_id).limit(2)).all()) == 1:
        return True
    own = select(func.count()).where(runs.c.sweep_id == sweep_id)
    most = _MANY * int(connection.scalar(own) or 0)
    others = select(literal(1)).select_from(runs).limit(most + 1).subquery()
    return int(connection.scalar(select(func.count()).select_from(others)) or 0) <= most


def _coded(column: Column[Any], words: Iterable[str]) -> ColumnElement[int]:
    """Give the position of a column's word in its enumeration."""
    places = {str(word): place for place, word in enumerate(words)}
    return case(places, value=column)
