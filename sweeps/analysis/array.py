"""The one array type that the analysis exchanges, and how a result keeps it frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


def frozen_floats(values: ArrayLike) -> Floats:
    """Copy `values` into a read-only array of floats.

    Example:
        >>> frozen_floats([1, 2]).flags.writeable
        False
    """
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array
