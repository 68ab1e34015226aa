"""What is stored of one sweep, as the records that were once handed to the writer.

Each function takes a connection, so that a caller sees one moment of the store.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from sweeps.planner.event import Config, Curve, Decision, Run, RunEnded, Status
from sweeps.store.packing import read_metrics, unpack_configurations, unpack_curve
from sweeps.store.schema import configs, curves, decisions, runs, states, sweeps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Connection, Select

# Rows in memory at a time. Python looks for garbage after 700 new objects, and when thousands of
# rows lived for longer that took a third of the time.
CHUNK = 250

NOT_FAILED = (str(Status.FINISHED), str(Status.STOPPED))

_RUN_COLUMNS = (
    runs.c.config_index,
    runs.c.role,
    runs.c.seed,
    runs.c.status,
    runs.c.metrics,
    runs.c.steps,
    runs.c.duration_s,
    runs.c.attempts,
    runs.c.started_at,
    runs.c.node,
    runs.c.error,
)


def metric_names(connection: Connection, sweep_id: int) -> tuple[str, ...]:
    """Give the metrics reported so far, in the order of packed cells; empty for no such sweep."""
    query = select(sweeps.c.metric_names).where(sweeps.c.sweep_id == sweep_id)
    return tuple(json.loads(connection.scalar(query) or "[]"))


def config_ids(connection: Connection, sweep_id: int) -> dict[int, str]:
    """Give the identifier of each configuration by its index, in order of index."""
    query = select(configs.c.config_index, configs.c.config_id)
    rows = connection.execute(
        query.where(configs.c.sweep_id == sweep_id).order_by(configs.c.config_index)
    )
    return dict(rows.all())


def read_configs(connection: Connection, sweep_id: int) -> list[Config]:
    """Give all configurations in order of index."""
    columns = (configs.c.config_id, configs.c.configuration, configs.c.config_index)
    result = connection.execute(
        select(*columns, configs.c.origin)
        .where(configs.c.sweep_id == sweep_id)
        .order_by(configs.c.config_index)
    )
    found: list[Config] = []
    for rows in result.partitions(CHUNK):
        ids, texts, indices, origins = zip(*rows, strict=True)
        found.extend(map(Config, ids, unpack_configurations(texts), indices, origins))
    return found


def has_runs(connection: Connection, sweep_id: int) -> bool:
    """Tell whether any run of the sweep is over."""
    query = select(runs.c.seq).where(runs.c.sweep_id == sweep_id).limit(1)
    return connection.execute(query).first() is not None


def read_runs(connection: Connection, sweep_id: int) -> list[RunEnded]:
    """Give all runs in order of arrival, without curves, tracebacks and output."""
    return list(_read_runs(connection, sweep_id, _runs_of(sweep_id)))


def read_curves(connection: Connection, sweep_id: int) -> dict[Run, Curve]:
    """Give the curve of each run that has one."""
    names = metric_names(connection, sweep_id)
    id_of = config_ids(connection, sweep_id)
    columns = (curves.c.config_index, curves.c.role, curves.c.seed, curves.c.steps)
    query = select(*columns, curves.c.metrics).where(curves.c.sweep_id == sweep_id)
    return {
        Run(id_of[index], role, seed): unpack_curve(steps, metrics, names)
        for index, role, seed, steps, metrics in connection.execute(query)
        if steps
    }


def read_state(connection: Connection, sweep_id: int) -> bytes | None:
    """Give what a searcher remembered last, None where it kept nothing and in older stores."""
    if not inspect(connection).has_table(states.name):
        return None
    state = connection.scalar(select(states.c.state).where(states.c.sweep_id == sweep_id))
    return None if state is None else bytes(state)


def read_failures(connection: Connection, sweep_id: int) -> list[RunEnded]:
    """Give the runs that failed in order of arrival, with traceback and output."""
    failed = _runs_of(sweep_id, runs.c.traceback, runs.c.output)
    return list(_read_runs(connection, sweep_id, failed.where(runs.c.status.not_in(NOT_FAILED))))


def read_decisions(connection: Connection, sweep_id: int) -> list[tuple[int, float, Decision]]:
    """Give order, time in seconds since the epoch, and decision, first to last."""
    columns = (decisions.c.seq, decisions.c.at, decisions.c.kind, decisions.c.config_id)
    rows = connection.execute(
        select(*columns, decisions.c.detail)
        .where(decisions.c.sweep_id == sweep_id)
        .order_by(decisions.c.seq)
    )
    return [
        (seq, at, Decision(kind, config_id, json.loads(detail)))
        for seq, at, kind, config_id, detail in rows
    ]


def _runs_of(sweep_id: int, *texts: Column[Any]) -> Select[Any]:
    columns = (*_RUN_COLUMNS, *texts)
    return select(*columns).where(runs.c.sweep_id == sweep_id).order_by(runs.c.seq)


def _read_runs(connection: Connection, sweep_id: int, query: Select[Any]) -> Iterator[RunEnded]:
    names = metric_names(connection, sweep_id)
    id_of = config_ids(connection, sweep_id)
    status_of = {str(status): status for status in Status}
    for index, role, seed, status, metrics, *facts in connection.execute(query):
        run = Run(id_of[index], role, seed)
        # The rest of the columns stands in the order of the record's fields.
        yield RunEnded(run, status_of[status], read_metrics(metrics, names), *facts)
