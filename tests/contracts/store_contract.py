"""What every store promises, whatever its database."""

from __future__ import annotations

from tests.contracts.store_lease import LeaseContract
from tests.contracts.store_rows import RowsContract
from tests.contracts.store_sweeps import SweepsContract


class StoreContract(SweepsContract, RowsContract, LeaseContract):
    """Inherit, and give a fixture `url` of a store that does not exist yet."""
