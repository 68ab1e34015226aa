"""The store on PostgreSQL keeps what every store promises."""

from __future__ import annotations

import pytest

from tests.contracts.store_contract import StoreContract
from tests.contracts.store_process import ProcessContract


@pytest.mark.slow
class TestPostgresStore(StoreContract):
    """An empty database of a real server."""

    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url


@pytest.mark.slow
class TestPostgresProcesses(ProcessContract):
    """An empty database of a real server."""

    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url
