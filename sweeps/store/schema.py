"""The tables, as they are in the newest version; `migrations.py` says how older ones get there.

A run is keyed by its configuration's index, not by its hash: indices grow as runs arrive, so the
key's tree grows at its end and a write costs the same however many runs there are (hashes made
it cost twice as much at a million runs). There are no foreign keys, which would cost a look-up a
row: everything of a sweep is written behind its lease, and deleted in one transaction.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# One row. The name is ours alone, so that a database of another program is recognised.
schema = Table("sweeps_schema", metadata, Column("version", Integer, nullable=False))

sweeps = Table(
    "sweeps",
    metadata,
    Column("sweep_id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("definition", Text, nullable=False),  # JSON
    Column("identity", Text, nullable=False),  # JSON
    Column("identity_hash", Text, nullable=False),
    Column("provenance", Text, nullable=False),  # JSON: {"sessions": [...]}
    Column("status", Text, nullable=False),
    Column("message", Text),
    Column("metric_names", Text, nullable=False),  # JSON; the order of packed metrics; only grows
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    # Who drives it; all NULL where nobody does.
    Column("lease_token", Text),
    Column("lease_host", Text),
    Column("lease_boot_id", Text),
    Column("lease_pid", BigInteger),
    Column("lease_process_start", Double),
    Column("lease_since", Double),
    Column("lease_heartbeat", Double),
    # Drawn anew by whatever writes configurations, runs or this row: no other state has the same.
    Column("revision", Text, nullable=False, server_default=""),
    # When its driver was asked to stop, seconds since the epoch; NULL where nobody asked.
    Column("stop_requested_at", Double),
    # An identifier is never given twice, so that a reader of a deleted sweep meets no other one.
    sqlite_autoincrement=True,
)

configs = Table(
    "configs",
    metadata,
    Column("sweep_id", Integer, primary_key=True),
    Column("config_index", BigInteger, primary_key=True),
    Column("config_id", Text, nullable=False),
    Column("configuration", Text, nullable=False),  # JSON
    Column("origin", Text, nullable=False),
    UniqueConstraint("sweep_id", "config_id"),
)

runs = Table(
    "runs",
    metadata,
    Column("sweep_id", Integer, primary_key=True),
    Column("config_index", BigInteger, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("seed", BigInteger, primary_key=True),
    Column("seq", BigInteger, nullable=False),  # order of arrival
    Column("status", Text, nullable=False),
    Column("score", Double),  # NULL where it is NaN or was not reported
    Column("steps", BigInteger, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("started_at", Double, nullable=False),
    Column("node", Text, nullable=False),
    Column("metrics", LargeBinary, nullable=False),  # see `packing.py`
    Column("error", Text),
    Column("traceback", Text),
    Column("output", Text),
)

curves = Table(
    "curves",
    metadata,
    Column("sweep_id", Integer, primary_key=True),
    Column("config_index", BigInteger, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("seed", BigInteger, primary_key=True),
    Column("steps", LargeBinary, nullable=False),
    Column("metrics", LargeBinary, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("sweep_id", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", Double, nullable=False),  # seconds since the epoch
    Column("kind", Text, nullable=False),
    Column("config_id", Text),
    Column("detail", Text, nullable=False),  # JSON
)

# What a part of the planner remembers that is no function of the runs: a user's own searcher.
states = Table(
    "states",
    metadata,
    Column("sweep_id", Integer, primary_key=True, autoincrement=False),
    Column("state", LargeBinary, nullable=False),
)

# Every table that has rows of a sweep, for deleting it; a new table joins by having the column.
OWNED_BY_SWEEP = tuple(table for table in metadata.sorted_tables if "sweep_id" in table.c)
