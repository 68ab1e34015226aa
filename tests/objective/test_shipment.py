"""An objective on its way to a process that knows nothing of it."""

from __future__ import annotations

import json
import pickle

import pytest

from sweeps.errors import ObjectiveError
from sweeps.objective import Shipment, load_objective

pytestmark = pytest.mark.usefixtures("own_modules")

LOADING = """
import json, pickle, sys
with open(sys.argv[1], "rb") as file:
    shipment = pickle.load(file)
print(json.dumps(shipment.load()({"x": 3}, 0)))
"""


@pytest.fixture
def there(fresh_python, tmp_path):
    """Send a shipment to another process, call what arrives, give what it returned."""

    def send(shipment):
        path = tmp_path / "shipment.pickle"
        path.write_bytes(pickle.dumps(shipment))
        return json.loads(fresh_python(LOADING, path))

    return send


def test_a_module_is_imported_there(write, there, tmp_path):
    """By its name, from the folders that come along."""
    write("package_there/parabola.py")
    objective = load_objective("package_there.parabola", base=tmp_path)
    assert objective.shipment.module == "package_there.parabola"
    assert there(objective.shipment) == {"loss": 9, "accuracy": 0.5}


def test_a_file_travels_as_it_was_submitted(write, there, tmp_path):
    """What is executed is the text of the submission, though the file has changed since."""
    write("neighbour.py", "def square(x): return x * x\n")
    text = "from neighbour import square\ndef train(config, seed): return {{'loss': {}}}\n"
    path = write("parabola.py", text.format("square(config['x'])"))
    shipment = load_objective("parabola.py", base=tmp_path).shipment
    path.write_text(text.format("-1"))
    assert there(shipment) == {"loss": 9}


def test_a_closure_travels_with_what_it_closes_over(there):
    """By value, so that no other process needs the module that it was made in."""
    scale = 4

    def train(config, seed):
        return {"loss": scale * config["x"]}

    shipment = load_objective(train).shipment
    assert shipment.pickled is not None
    assert there(shipment) == {"loss": 12}


def test_a_module_that_is_missing_there_says_so():
    """The message is for somebody who looks at a machine of a cluster."""
    shipment = Shipment(attribute="train", module="not_installed_there")
    with pytest.raises(ObjectiveError, match=r"`not_installed_there` .* Install it there too\."):
        shipment.load()


def test_a_file_that_fails_leaves_no_module_behind(write, tmp_path):
    """Half a module is none."""
    import sys

    before = set(sys.modules)
    write("failing.py", "x = 1\n1 / 0\n")
    with pytest.raises(ObjectiveError, match="ZeroDivisionError"):
        load_objective("failing.py", base=tmp_path)
    assert not {name for name in set(sys.modules) - before if name.startswith("sweeps_objective")}
