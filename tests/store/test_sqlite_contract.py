"""The store on SQLite keeps what every store promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contracts.store_contract import StoreContract

if TYPE_CHECKING:
    from pathlib import Path


class TestSqliteStore(StoreContract):
    """One file in an empty folder."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'sweeps.db'}"
