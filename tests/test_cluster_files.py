"""The files in docs/cluster, above all for Kubernetes: what can be checked without machines."""

from __future__ import annotations

import re
import shlex
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kubernetes.client import V1ObjectMeta, V1PodTemplateSpec
from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "cluster"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")

# The keys that KubeRay documents for what the manifest uses, KubeRay 1.7.0. Source:
# https://docs.ray.io/en/master/kuberay/references/api.html (RayJobSpec, RayClusterSpec, …).
RAY_JOB = {
    "activeDeadlineSeconds": int,
    "backoffLimit": int,
    "entrypoint": str,
    "entrypointNumCpus": float,
    "preRunningDeadlineSeconds": int,
    "rayClusterSpec": dict,
    "runtimeEnvYAML": str,
    "shutdownAfterJobFinishes": bool,
    "submissionMode": str,
    "suspend": bool,
    "ttlSecondsAfterFinished": int,
}
RAY_CLUSTER = {
    "authOptions": dict,
    "autoscalerOptions": dict,
    "enableInTreeAutoscaling": bool,
    "headGroupSpec": dict,
    "rayVersion": str,
    "workerGroupSpecs": list,
}
HEAD_GROUP = {"rayStartParams": dict, "resources": dict, "template": dict}
WORKER_GROUP = HEAD_GROUP | {
    "groupName": str,
    "idleTimeoutSeconds": int,
    "maxReplicas": int,
    "minReplicas": int,
    "replicas": int,
}
AUTH_OPTIONS = {"mode": str, "secretName": str}
AUTOSCALER_OPTIONS = {"idleTimeoutSeconds": int, "upscalingMode": str}
SUBMISSION_MODES = ("HTTPMode", "InteractiveMode", "K8sJobMode", "SidecarMode")


def read_yaml(path: Path) -> dict[str, Any]:
    content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def load(name: str) -> dict[str, Any]:
    return read_yaml(FOLDER / name)


@pytest.fixture
def job() -> dict[str, Any]:
    return load("rayjob.yaml")


@pytest.fixture
def cluster(job) -> dict[str, Any]:
    part = job["spec"]["rayClusterSpec"]
    assert isinstance(part, dict)
    return part


def pinned(package: str) -> str:
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    found = re.search(rf"^{package}==(.+)$", pins, re.MULTILINE)
    assert found, f"{package} is not pinned"
    return found[1]


def problems(value: dict[str, Any], model: type[BaseModel], at: str) -> list[str]:
    """Read a part with Kubernetes' own model: strict types, no key that it does not know."""
    try:
        read = model.model_validate(value)
    except ValidationError as error:
        return [f"{at}.{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    # the models also take `restart_policy`, which Kubernetes does not
    kept = read.model_dump(by_alias=True, exclude_unset=True)
    return [] if kept == value else [f"{at}: {value} was read as {kept}"]


def unfit(value: dict[str, Any], kinds: Mapping[str, type], at: str) -> list[str]:
    """Compare the keys of KubeRay with those that it documents."""
    return [f"{at}: unknown key {key!r}" for key in value if key not in kinds] + [
        f"{at}.{key}: expected {kinds[key].__name__}, got {v!r}"
        for key, v in value.items()
        if key in kinds and type(v) is not kinds[key]
    ]


def groups(cluster: dict[str, Any]) -> list[dict[str, Any]]:
    return [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]


def environment(group: dict[str, Any]) -> dict[str, Any]:
    return {entry["name"]: entry for entry in group["template"]["spec"]["containers"][0]["env"]}


# ------------------------------------------------------------------------------- KubeRay's job


def test_kubernetes_accepts_the_pods_of_the_job(cluster):
    """Every key of both pod templates is one of Kubernetes' own, with a value of its type."""
    for group in groups(cluster):
        assert problems(group["template"], V1PodTemplateSpec, "template") == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"restartPolcy": "Never"}, "spec.restartPolcy: Extra inputs"),
        ({"host_network": True}, "was read as"),
        ({"securityContext": {"runAsUsr": 1}}, "securityContext.runAsUsr: Extra inputs"),
        ({"tolerations": {"key": "spot"}}, "tolerations: Input should be a valid list"),
        ({"terminationGracePeriodSeconds": "30"}, "Input should be a valid integer"),
        ({"containers": [{"image": "x"}]}, "containers.0.name: Field required"),
        ({"containers": [{"name": "x", "env": [{"name": "A", "value": 1}]}]}, "env.0.value: "),
        ({"containers": [{"name": "x", "resources": {"limits": {"cpu": 8}}}]}, "limits.cpu: "),
    ],
)
def test_kubernetes_would_refuse_a_wrong_pod(cluster, change, complaint):
    """The check above is able to fail, at any depth."""
    template = deepcopy(cluster["headGroupSpec"]["template"])
    template["spec"].update(change)
    assert any(complaint in found for found in problems(template, V1PodTemplateSpec, "template"))


def test_job_has_no_key_that_kuberay_does_not_know(job, cluster):
    """A misspelt key would be dropped or refused by the operator."""
    assert (job["apiVersion"], job["kind"]) == ("ray.io/v1", "RayJob")
    assert job.keys() == {"apiVersion", "kind", "metadata", "spec"}
    assert problems(job["metadata"], V1ObjectMeta, "metadata") == []
    assert unfit(job["spec"], RAY_JOB, "spec") == []
    assert unfit(cluster, RAY_CLUSTER, "rayClusterSpec") == []
    assert unfit(cluster["authOptions"], AUTH_OPTIONS, "authOptions") == []
    assert unfit(cluster["autoscalerOptions"], AUTOSCALER_OPTIONS, "autoscalerOptions") == []
    assert unfit(cluster["headGroupSpec"], HEAD_GROUP, "headGroupSpec") == []
    for group in cluster["workerGroupSpecs"]:
        assert unfit(group, WORKER_GROUP, "workerGroupSpecs") == []
    for group in groups(cluster):
        assert all(type(value) is str for value in group["rayStartParams"].values())
    assert job["spec"]["submissionMode"] in SUBMISSION_MODES


def test_kuberay_would_refuse_a_wrong_job(job):
    """The check above is able to fail."""
    assert unfit(job["spec"] | {"backofLimit": 3}, RAY_JOB, "spec")
    assert unfit(job["spec"] | {"backoffLimit": "3"}, RAY_JOB, "spec")


def test_job_runs_a_definition_that_the_image_has(job):
    """The entrypoint is our own command, and its definition is copied."""
    words = shlex.split(job["spec"]["entrypoint"])
    assert words[:4] == ["python", "-m", "sweeps", "run"]
    assert words[5:] == ["--address", "auto"]
    inside = Path(words[4]).relative_to("/home/ray/sweeps")
    assert inside.parts[0] in copied()
    assert "store" not in read_yaml(ROOT / inside)  # else SWEEPS_STORE would not count


def test_store_comes_from_a_secret_and_to_the_head_alone(cluster):
    """Workers never see the password of the store, and the manifest does not hold it."""
    store = environment(cluster["headGroupSpec"])["SWEEPS_STORE"]
    assert store.keys() == {"name", "valueFrom"}
    assert store["valueFrom"].keys() == {"secretKeyRef"}
    for group in cluster["workerGroupSpecs"]:
        assert "SWEEPS_STORE" not in str(group)


def test_job_can_be_stopped_and_is_shut(cluster):
    """The driver gets a signal that it hears and time to write; the doors ask for a token."""
    env = environment(cluster["headGroupSpec"])
    assert env["RAY_JOB_STOP_SIGNAL"]["value"] == "SIGINT"
    assert int(env["RAY_JOB_STOP_WAIT_TIME_S"]["value"]) >= 30
    assert cluster["authOptions"] == {"mode": "token"}
    for group in groups(cluster):
        assert group["template"]["spec"]["securityContext"]["runAsNonRoot"] is True


def test_workers_come_and_go_and_the_head_runs_nothing(cluster):
    """From nothing to a limit, and no runs beside the driver."""
    assert cluster["enableInTreeAutoscaling"] is True
    assert cluster["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"
    for group in cluster["workerGroupSpecs"]:
        assert group["minReplicas"] == group["replicas"] == 0 < group["maxReplicas"]


# ----------------------------------------------------------------------------------- the image


def copied() -> list[str]:
    """Give what the image gets from the checkout."""
    lines = re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE)
    return [w for line in lines for w in line.split()[:-1] if not w.startswith("--")]


def test_image_copies_what_there_is():
    """Every source is there, and what the installation needs is among them."""
    assert [name for name in copied() if not (ROOT / name).exists()] == []
    assert {"pyproject.toml", "constraints.txt", "README.md", "LICENSE", "sweeps"} <= {*copied()}


def test_all_files_run_the_pinned_ray(cluster):
    """Driver and workers must have one version of Ray, and constraints.txt says which."""
    assert cluster["rayVersion"] == pinned("ray")
    assert re.findall(r"^FROM (.+)$", DOCKERFILE, re.MULTILINE) == [
        f"rayproject/ray:{pinned('ray')}-py311-cpu"
    ]
    assert "--constraint constraints.txt" in DOCKERFILE
    images = {group["template"]["spec"]["containers"][0]["image"] for group in groups(cluster)}
    assert len(images) == 1
    assert images.pop() in DOCKERFILE


def test_image_stays_with_the_user_of_its_base(cluster):
    """Nothing runs as root."""
    assert "USER" not in DOCKERFILE
    user = cluster["headGroupSpec"]["template"]["spec"]["securityContext"]["runAsUser"]
    assert DOCKERFILE.count(f"--chown={user}:") == DOCKERFILE.count("\nCOPY")


# ---------------------------------------------------------------------------------- all files


def test_every_key_of_the_job_says_why():
    """No key of `spec` stands without a comment above it; those of its cluster have their own."""
    lines = (FOLDER / "rayjob.yaml").read_text(encoding="utf-8").splitlines()
    lines = lines[lines.index("spec:") :]
    keys = [i for i, line in enumerate(lines) if re.match("  [a-zA-Z]+:", line)]
    silent = [lines[i] for i in keys if not lines[i - 1].startswith("  #")]
    assert len(keys) == len(load("rayjob.yaml")["spec"])
    assert silent == ["  rayClusterSpec:"]


@pytest.mark.parametrize("name", ["Dockerfile", "README.md", "local.yaml", "rayjob.yaml"])
def test_no_file_holds_a_secret(name: str):
    """Addresses of stores are cut short, and no token or password is written down."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert re.findall(r"postgres(?:ql)?://[^…\s]", text) == []
    assert re.findall(r"(?i)\b(?:password|token)\s*[:=]\s*(?!$|true|token)['\"]?\w{8,}", text) == []


@pytest.mark.parametrize(
    "link",
    sorted(
        set(re.findall(r"\]\(([\w./-]+)\)", (FOLDER / "README.md").read_text(encoding="utf-8")))
    ),
)
def test_links_of_the_page_lead_somewhere(link: str):
    """Whatever the page points to in this repository is there."""
    assert (FOLDER / link).exists()
