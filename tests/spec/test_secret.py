"""Passwords stay out of what is stored and shown."""

from __future__ import annotations

import pytest

from sweeps.spec.secret import shown, without_password


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("sqlite:///sweeps.db", "sqlite:///sweeps.db"),
        ("sqlite:////data/a:b@c.db", "sqlite:////data/a:b@c.db"),
        ("postgresql://ann@host/db", "postgresql://ann@host/db"),
        ("postgresql://ann:pw@host:5432/db", "postgresql://ann@host:5432/db"),
        ("postgresql+psycopg://ann:p%40w@host/db?a=b@c", "postgresql+psycopg://ann@host/db?a=b@c"),
        ("postgresql://ann:p@w/x y@host/db", "postgresql://ann@host/db"),
        ("postgresql://ann:p?w@host/db", "postgresql://ann@host/db"),
        ("postgresql://:pw@host/db", "postgresql://@host/db"),
        ("postgresql://host/db?user=a&password=pw", "postgresql://host/db?user=a"),
        ("postgresql://host/db?password=pw&user=a", "postgresql://host/db?user=a"),
        ("postgresql://host/db?sslpassword=pw", "postgresql://host/db"),
    ],
)
def test_a_url_keeps_everything_but_its_secrets(url: str, clean: str):
    """Passwords go, wherever they stand and even where they should have been encoded."""
    assert without_password(url) == clean
    assert without_password(clean) == clean


def test_a_shown_value_is_short_and_has_no_password():
    """Values in messages are cut, and cleaned first."""
    assert shown("40") == "'40'"
    assert len(shown("x" * 500)) == 100
    assert "pw" not in shown({"store": "postgresql://ann:pw@host/db"})
    assert "pw" not in shown(["postgresql://host/db?password=pw"])
