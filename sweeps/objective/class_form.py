"""The form of an objective that is a class: made, set up, and stepped; perhaps saved and loaded."""

from __future__ import annotations

import inspect

from sweeps.errors import ObjectiveError

FORM = "`setup(self, config, seed)` and `step(self)`, perhaps also `save` and `load`"


def check_class(cls: type, reference: str) -> None:
    """Refuse a class that cannot be executed step by step.

    Args:
        cls: The objective.
        reference: How it is named, for messages.

    Raises:
        ObjectiveError: It lacks a method, takes arguments when it is made, or can only be saved or
            only be loaded.
    """
    missing = [name for name in ("setup", "step") if not callable(getattr(cls, name, None))]
    if missing:
        message = (
            f"objective `{reference}` is a class, so it must have {FORM}, but it has no "
            f"`{missing[0]}`. Define it, or write a function `train(config, seed)`."
        )
        raise ObjectiveError(message)
    _check_arguments(cls, reference)
    pair = [name for name in ("save", "load") if callable(getattr(cls, name, None))]
    if len(pair) == 1:
        other = "load" if pair == ["save"] else "save"
        message = (
            f"objective `{reference}` must have both `save` and `load` or none of them, "
            f"but it has only `{pair[0]}`. Define `{other}(self, directory)` too."
        )
        raise ObjectiveError(message)


def _check_arguments(cls: type, reference: str) -> None:
    """See whether the class and its methods can be called as runs call them."""
    calls = {"__init__": 0, "step": 1, "save": 2, "load": 2}
    for name, n_arguments in calls.items():
        method = cls if name == "__init__" else getattr(cls, name, None)
        if method is None:
            continue
        try:
            signature = inspect.signature(method)
        except ValueError:  # some methods that are written in C
            continue
        try:
            signature.bind(*[None] * n_arguments)
        except TypeError as error:
            wanted = "(self, directory)" if n_arguments == 2 else "(self)"
            message = (
                f"`{name}` of objective `{reference}` must take `{wanted}`, got `{signature}`. "
                "Hyperparameters and seed come to `setup(self, config, seed)`."
            )
            raise ObjectiveError(message) from error
