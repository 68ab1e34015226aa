"""The files for Ray's launcher, cluster.yaml above all: what can be checked without machines."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "cluster.yaml").read_text(encoding="utf-8")
LOCAL = (ROOT / "docs" / "cluster" / "local.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def cluster():
    return YAML(typ="safe").load(TEXT)


@pytest.fixture(scope="module")
def local():
    return YAML(typ="safe").load(LOCAL)


def validate(cluster):
    """Fill in Ray's defaults and check against Ray's schema; neither reaches out to a cloud."""
    from ray.autoscaler._private.util import prepare_config, validate_config

    validate_config(prepare_config(deepcopy(cluster)))


@pytest.mark.slow
def test_ray_accepts_the_cluster_file(cluster):
    """Ray's cluster launcher finds nothing to object to."""
    validate(cluster)


@pytest.mark.slow
def test_ray_would_object_to_a_misspelt_key(cluster):
    """The check above is able to fail."""
    with pytest.raises(Exception, match="max_wokers"):
        validate(cluster | {"max_wokers": 4})


@pytest.mark.slow
def test_nothing_is_left_to_the_defaults_of_ray_that_installs_or_starts(cluster):
    """Ray's own setup would install whatever version is the newest on that day."""
    from ray.autoscaler._private.util import prepare_config

    prepared = prepare_config(deepcopy(cluster))
    setup = cluster["setup_commands"]
    assert prepared["head_setup_commands"] == setup + cluster["head_setup_commands"]
    assert prepared["worker_setup_commands"] == setup
    installs = prepared["head_setup_commands"]
    assert all(re.search(r"--constraint \S*constraints\.txt", command) for command in installs)


def test_cluster_runs_the_pinned_ray(cluster):
    """Head, workers and the machine that submits agree on Ray's version, as they must."""
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = re.search(r"^ray==(.+)$", pins, re.MULTILINE)
    assert pinned
    assert f":{pinned[1]}-py311-" in cluster["docker"]["image"]


def test_cluster_keeps_to_itself(cluster):
    """Ray's dashboard is not offered to the network, and no usage is reported."""
    starts = cluster["head_start_ray_commands"] + cluster["worker_start_ray_commands"]
    starts = [command for command in starts if "ray start" in command]
    assert len(starts) == 2
    assert all("--disable-usage-stats" in command for command in starts)
    assert "--dashboard-host=127.0.0.1" in starts[0]


def test_every_node_asks_for_the_token_and_has_it(cluster):
    """The variable that switches tokens on points at the file that is copied."""
    options = cluster["docker"]["run_options"]
    assert "--env RAY_AUTH_MODE=token" in options
    (path,) = (o.split("=", 1)[1] for o in options if "RAY_AUTH_TOKEN_PATH" in o)
    assert path.replace("/home/ray", "~") in cluster["file_mounts"]


def test_head_type_is_one_of_the_machine_types_and_runs_nothing(cluster):
    """Ray's schema does not look that up."""
    head = cluster["available_node_types"][cluster["head_node_type"]]
    assert head["resources"] == {"CPU": 0}
    assert "InstanceMarketOptions" not in head["node_config"]


def test_workers_come_and_go_within_the_limit(cluster):
    """From no machine at all to the limit of the whole cluster, and at the spot price."""
    head, kinds = cluster["head_node_type"], cluster["available_node_types"]
    workers = [kind for name, kind in kinds.items() if name != head]
    assert workers
    for kind in workers:
        assert kind["min_workers"] == 0 < kind["max_workers"] <= cluster["max_workers"]
        assert kind["node_config"]["InstanceMarketOptions"] == {"MarketType": "spot"}


def test_a_silent_machine_is_noticed_in_half_a_minute_and_a_short_cut_is_survived(cluster):
    """Ray counts checks in a row: each takes its period, and its timeout where nobody answers."""
    values = dict(re.findall(r"RAY_health_check_(\w+)=(\d+)", str(cluster["docker"])))
    assert values.keys() == {"period_ms", "timeout_ms", "failure_threshold"}
    period, timeout = int(values["period_ms"]), int(values["timeout_ms"])
    assert 10_000 <= int(values["failure_threshold"]) * (period + timeout) <= 30_000


def test_results_that_lie_in_the_checkout_are_not_copied(cluster):
    """A store of this machine has nothing to do on the nodes."""
    assert {"sweeps.db*", ".git/", ".venv/"} <= {*cluster["rsync_exclude"]}


@pytest.mark.parametrize("text", [TEXT, LOCAL], ids=["cluster.yaml", "local.yaml"])
def test_every_key_says_why(text):
    """No key of a file stands without a comment above it."""
    lines = text.splitlines()
    keys = {line.split(":")[0]: i for i, line in enumerate(lines) if re.match("[a-z_]+:", line)}
    assert keys.keys() == YAML(typ="safe").load(text).keys()
    assert [key for key, i in keys.items() if not lines[i - 1].startswith("#")] == []


def test_cluster_file_holds_no_secret_and_no_address_of_a_store(cluster):
    """Ray substitutes no variables and copies the file to the head, so none may stand in it."""
    assert "SWEEPS_STORE" not in str(cluster)
    assert "RAY_AUTH_TOKEN=" not in TEXT
    assert re.findall(r"postgres(?:ql)?://[^…\s]", TEXT) == []
    assert re.findall(r"AKIA|aws_secret|-----BEGIN", TEXT) == []


@pytest.mark.slow
def test_ray_accepts_the_file_for_machines_of_ones_own(local):
    """Ray's launcher finds nothing to object to, and uses every address."""
    from ray.autoscaler._private.util import prepare_config, validate_config

    prepared = prepare_config(deepcopy(local))
    validate_config(prepared)
    (kind,) = prepared["available_node_types"].values()
    workers = len(local["provider"]["worker_ips"])
    assert kind["min_workers"] == kind["max_workers"] == prepared["max_workers"] == workers


def test_machines_of_ones_own_are_shut_too(local):
    """Tokens at every door, the dashboard on loopback, no runs beside the driver, no reports."""
    (head,) = (c for c in local["head_start_ray_commands"] if "ray start" in c)
    (worker,) = (c for c in local["worker_start_ray_commands"] if "ray start" in c)
    assert "--dashboard-host=127.0.0.1" in head
    assert "--num-cpus=0" in head
    assert f"--node-ip-address={local['provider']['head_ip']} " in head
    for command in (head, worker):
        assert "RAY_AUTH_MODE=token" in command
        assert "--disable-usage-stats" in command
    assert "~/.ray/auth_token" in local["file_mounts"]


def test_both_files_notice_a_lost_machine_equally_soon(cluster, local):
    """A cluster of one's own is no different in that."""
    setting = re.compile(r"RAY_health_check_\w+=\d+")
    (head,) = (c for c in local["head_start_ray_commands"] if "ray start" in c)
    assert setting.findall(head) == setting.findall(str(cluster["docker"]))
