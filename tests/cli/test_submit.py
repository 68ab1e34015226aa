"""`submit`, `status`, `logs` and `stop` as far as they go without a cluster."""

from __future__ import annotations

import shutil

import pytest

from sweeps.cli.submit import _failure, _left_out, _sentences
from sweeps.engine.checkup import Check
from sweeps.store import open_store

STORE = "postgresql://ann:pw@server.invalid/db"
SHOWN = "postgresql://ann@server.invalid/db"
SAVING = """\
METRIC, MODE, SPACE = "loss", "min", {"x": {"float": [-1, 1]}}


class Train:
    def setup(self, config, seed):
        self.x = config["x"]

    def step(self):
        return {"loss": self.x}

    def save(self, directory):
        pass

    def load(self, directory):
        pass
"""
CLUSTER = ("RAY_ADDRESS", "RAY_API_SERVER_ADDRESS")


@pytest.fixture(autouse=True)
def server(monkeypatch):
    """A store on a server, which nothing here asks for, and no cluster."""
    monkeypatch.setenv("SWEEPS_STORE", STORE)
    for name in CLUSTER:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.slow
def test_a_dry_run_shows_what_would_be_sent(cli, folder, monkeypatch):
    """Everything but the secrets, and no cluster is needed for it."""
    monkeypatch.setenv("MINE", "swordfish")
    options = ["--env", "MINE", "--env", "YOURS=bluefish", "--set", "seeds=3", "--fresh"]
    answer = cli("submit", "parabola.yaml", *options, "--dry-run", "--json")
    assert answer.code == 0, answer.err
    facts = answer.json
    assert facts["submission_id"].startswith("sweeps-parabola-")
    assert facts["submission_id"].endswith("-1")
    assert facts["entrypoint"] == (
        "python -m sweeps run parabola.yaml --address auto --set seeds=3 --fresh"
    )
    assert facts["working_dir"] == str(folder)
    assert facts["n_files"] == 2
    assert facts["environment"]["SWEEPS_STORE"] == SHOWN
    assert facts["environment"]["MINE"] == "***"
    assert facts["environment"]["RAY_JOB_STOP_SIGNAL"] == "SIGINT"
    assert facts["metadata"]["sweeps_store"] == SHOWN
    assert facts["resources"] == {"CPU": 1.0}
    assert facts["would"] is None
    (folder / "data.bin").write_bytes(bytes(2 * 2**20))
    table = cli("submit", "parabola.yaml", *options, "--dry-run")
    assert "data.bin (2.0 MiB)" in table.out
    assert "for each run 1 CPU" in table.out
    assert "need a cluster: --address" in table.out
    for secret in ("ann:pw", "swordfish", "bluefish"):
        assert secret not in answer.out + answer.err + table.out + table.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "change", [["--store", STORE], ["--set", f"store={STORE}"], ["--set", "store=null"]]
)
def test_the_store_travels_in_the_environment_alone(cli, folder, change):
    """Whoever names it, and the file's own store is not used there."""
    path = folder / "parabola.yaml"
    path.write_text(f"{path.read_text()}store: sqlite:///here.db\n", encoding="utf-8")
    answer = cli("submit", "parabola.yaml", *change, "--dry-run", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["environment"]["SWEEPS_STORE"] == SHOWN
    assert answer.json["entrypoint"].endswith("--address auto --set store=null")
    assert "pw" not in answer.out + answer.err


@pytest.mark.slow
def test_a_password_in_the_file_is_warned_of(cli, folder):
    """It travels with the file; the warning does not repeat it."""
    path = folder / "parabola.yaml"
    path.write_text(f"{path.read_text()}store: {STORE}\n", encoding="utf-8")
    answer = cli("submit", "parabola.yaml", "--dry-run")
    assert answer.code == 0, answer.err
    assert "holds the password of its store" in answer.err
    assert "set SWEEPS_STORE instead" in answer.err
    assert "ann:pw" not in answer.out + answer.err


@pytest.mark.slow
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:5433", "[::1]", ""])
def test_a_store_that_is_elsewhere_there_is_warned_of(cli, host):
    """The cluster's `localhost` is another machine; a name that both know is no reason to warn."""
    there = cli("submit", "parabola.yaml", "--store", f"postgresql://a@{host}/db", "--dry-run")
    assert "another machine on the cluster" in there.err
    assert cli("submit", "parabola.yaml", "--dry-run").err == ""


@pytest.mark.slow
def test_a_password_may_hold_any_character(cli):
    """The host is found behind it, so that it can be warned of."""
    store = "postgresql://ann:p/w[1]@localhost/db"
    answer = cli("submit", "parabola.yaml", "--store", store, "--dry-run")
    assert answer.code == 0, answer.err
    assert "host is localhost, which is another machine" in answer.err
    assert "p/w" not in answer.out + answer.err


@pytest.mark.slow
def test_the_folder_that_travels_holds_the_definition(cli, folder):
    """The current one where the definition lies in it, else the definition's, else the given."""
    (folder / "sub").mkdir()
    shutil.copy(folder / "parabola.yaml", folder / "sub" / "low.yaml")
    low = cli("submit", "sub/low.yaml", "--dry-run", "--json").json
    assert low["working_dir"] == str(folder)
    assert " run sub/low.yaml " in low["entrypoint"]


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite:///sweeps.db", "sweeps.db", ""])
def test_a_store_on_this_machine_is_refused(refused, monkeypatch, store):
    """With the way out, also where none is named."""
    monkeypatch.setenv("SWEEPS_STORE", store)
    message = refused("submit", "parabola.yaml", "--address", "head:8265")
    assert "export SWEEPS_STORE=postgresql://USER:PASSWORD@HOST/DATABASE" in message


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "is_refused"),
    [
        ("{every_s: 60}", True),
        ("{path: saved}", True),
        ("{save: false}", False),
        ("{path: /shared/saved}", False),
        ("{path: 's3://bucket/saved'}", False),
    ],
)
def test_checkpoints_must_be_reached_by_all_machines(cli, folder, path, is_refused):
    """A folder of one machine is refused, with the ways out."""
    (folder / "saving.py").write_text(SAVING, encoding="utf-8")
    text = "objective: saving.py\nsearch: {sampler: random, configs: 3}\nseeds: 2\n"
    (folder / "saving.yaml").write_text(f"{text}checkpoint: {path}\n", encoding="utf-8")
    answer = cli("submit", "saving.yaml", "--dry-run")
    assert answer.code == (2 if is_refused else 0), answer
    for way in ("s3://BUCKET/FOLDER", "folder that they share", "{save: false}"):
        assert (way in answer.err) == is_refused


@pytest.mark.slow
def test_an_objective_that_stays_is_refused(refused, folder):
    """Outside of the folder that travels, ignored there, found from here alone, or absolute."""
    (folder / "sub").mkdir()
    for name, objective in {"a": "../model.py", "b": "model.py"}.items():
        text = f"objective: {objective}\nsearch: {{sampler: random, configs: 3}}\nseeds: 2\n"
        (folder / "sub" / f"{name}.yaml").write_text(text, encoding="utf-8")
    outside = refused("submit", "sub/a.yaml", "--working-dir", "sub", "--dry-run")
    assert f"{folder / 'model.py'} is not in {folder / 'sub'}" in outside
    assert "--working-dir DIR" in outside
    elsewhere = refused("submit", "sub/b.yaml", "--working-dir", "sub", "--dry-run")
    assert "`model.py` is not found on the cluster" in elsewhere
    absolute = f"objective={folder / 'model.py'}"
    assert "not found on the cluster" in refused(
        "submit", "parabola.yaml", "--set", absolute, "--dry-run"
    )
    definition = refused("submit", "parabola.yaml", "--working-dir", "sub", "--dry-run")
    assert "the definition must lie in the working directory" in definition
    (folder / ".gitignore").write_text("model.py\n", encoding="utf-8")
    assert "left out by a `.gitignore`" in refused("submit", "parabola.yaml", "--dry-run")
    nowhere = refused("submit", "parabola.yaml", "--working-dir", "nowhere", "--dry-run")
    assert "must be a folder, got 'nowhere'" in nowhere


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("SWEEPS_STORE=postgresql://x:pw@h/d", "Write `--store URL`."),
        ("RAY_JOB_STOP_SIGNAL=SIGTERM", "the user's own"),
        ("A-B=1", "got 'A-B'"),
        ("NOT_SET_HERE", "is not set here. Write `--env NOT_SET_HERE=VALUE`."),
    ],
)
def test_a_variable_that_cannot_be_passed_on_is_refused(refused, option, said):
    """With what to write instead, never its value."""
    message = refused("submit", "parabola.yaml", "--env", option, "--dry-run")
    assert said in message
    assert "pw" not in message


@pytest.mark.slow
def test_a_cluster_has_to_be_named_and_to_answer(refused):
    """Said with its address, or with how to name one."""
    assert "--address http://HOST:8265" in refused("submit", "parabola.yaml")
    assert "is the address of Ray Client" in refused(
        "submit", "parabola.yaml", "--address", "ray://head:10001"
    )
    message = refused("submit", "parabola.yaml", "--address", "127.0.0.1:1", "--dry-run")
    assert "No Ray cluster answers at http://127.0.0.1:1" in message


def test_without_a_cluster_the_store_is_asked(cli, put, monkeypatch):
    """Status, logs and stop of a sweep that ran on this machine."""
    monkeypatch.delenv("SWEEPS_STORE")
    put(n_failed=1)
    status = cli("status", "parabola")
    assert status.code == 0, status.err
    assert "finished" in status.out
    assert "6 runs, 1 of them failed; 3 configurations" in status.out
    assert cli("status", "parabola", "--json").json["stored"]["n_runs"] == 6
    logs = cli("logs", "parabola")
    assert "3 decisions" in logs.out
    assert "ValueError: too steep" in logs.out
    assert len(cli("logs", "parabola", "--json").json["failures"]) == 1
    stop = cli("stop", "parabola")
    assert (stop.code, stop.out) == (0, "`parabola` is not running.\n")
    assert cli("stop", "parabola", "--json").json["was_running"] is False


def test_what_nobody_knows_is_refused(refused, put, monkeypatch):
    """A name that is not there, a store that is not there, a log that cannot be followed."""
    monkeypatch.delenv("SWEEPS_STORE")
    for command in ("status", "logs", "stop"):
        assert "no-such.db" in refused(command, "parabola", "--store", "no-such.db")
    put()
    for command in ("status", "logs", "stop"):
        assert "Did you mean `parabola`?" in refused(command, "parabla")
    assert "--address http://HOST:8265" in refused("logs", "parabola", "--follow")


def test_a_live_driver_is_asked_to_stop_through_the_store(cli, put, monkeypatch):
    """And learns of it, wherever it is; nobody waits for it with --no-wait."""
    monkeypatch.delenv("SWEEPS_STORE")
    put()
    with open_store() as store:
        row = store.get("parabola")
        with store.acquire(row.sweep_id) as lease:
            writer = store.writer(row.sweep_id, lease)
            stop = cli("stop", "parabola", "--no-wait")
            assert stop.code == 0, stop.err
            assert "Asked " in stop.err
            writer.flush()
            assert writer.is_stop_requested


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("Job entrypoint command failed with exit code 2, last logs: ...", ""),
        ("", ""),
        (
            "Unexpected error occurred: 2 worker(s) were killed due to the node running low on "
            "memory.\nObject store memory usage: [- objects spillable: 4\n- bytes spillable: 1438",
            ": Unexpected error occurred: 2 worker(s) were killed due to the node running low on "
            "memory",
        ),
    ],
)
def test_a_failure_is_told_in_a_line(message, why):
    """However many pages Ray writes about it: they were just shown, in the job's log."""
    said = _failure("a-1", message)
    assert said == f"a-1 failed{why}. What was reported is stored. To go on, submit it again."


def test_a_check_that_failed_is_told_in_sentences():
    """Also where what was found ends with a question, or nothing is to be done about it."""
    asked = Check("cluster", is_ok=False, found="Nobody answers. Is it up?", remedy="")
    told = Check("store", is_ok=False, found="it is full", remedy="Free some space.")
    assert _sentences(asked) == "Nobody answers. Is it up?"
    assert _sentences(told) == "it is full. Free some space."


def test_who_misses_a_file_is_told_what_stays_at_home():
    """And nobody else."""
    assert "`.gitignore`" in _left_out("raised [Errno 2] No such file or directory: 'data.csv'")
    assert _left_out("no node has a GPU") == ""
