"""Define: writes plain values as YAML on one line, the way a person would."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from sweeps.spec.yaml_text import read_yaml

_BARE = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./-]|:(?=[A-Za-z0-9_/]))*")


def flow(value: object) -> str:
    """Give a value as YAML in flow style; it reads back to an equal value.

    Args:
        value: Mapping, list, tuple, str, int, float, bool or None, nested at will.

    Example:
        >>> flow({"float": [1e-5, 10.0], "log": True, "when": {"kernel": ["rbf", "on", "true"]}})
        '{float: [1e-05, 10.0], log: true, when: {kernel: [rbf, on, "true"]}}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(key))}: {flow(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    if _BARE.fullmatch(text) and read_yaml(f"[{text}]", "a word").content == [text]:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)
