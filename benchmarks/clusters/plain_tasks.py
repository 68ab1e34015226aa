"""Plain Ray tasks of a given length on a cluster; prints when each ran, as JSON.

Usage: python plain_tasks.py ADDRESS '{"n": 10, "cpu": 0.5, "slots": 2, "work_s": 0, "sleep_s": 1}'
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import time
from typing import Any

import ray


def spend(work_s: float, sleep_s: float) -> dict[str, Any]:
    """Burn CPU, then sleep; says where and when."""
    started_at = time.time()
    end = time.thread_time() + work_s
    while time.thread_time() < end:
        pass
    time.sleep(sleep_s)
    worker = f"{socket.gethostname()}:{os.getpid()}"
    return {"worker": worker, "started_at": started_at, "ended_at": time.time()}


def main() -> None:
    """Keep two tasks a slot in flight, as somebody who knows Ray does."""
    address, task = sys.argv[1], json.loads(sys.argv[2])
    ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    remote = ray.remote(spend).options(num_cpus=task["cpu"], scheduling_strategy="SPREAD")
    n_left, found = task["n"], list[dict[str, Any]]()
    waiting = list[Any]()
    while n_left or waiting:
        while n_left and len(waiting) < 2 * task["slots"]:
            waiting.append(remote.remote(task["work_s"], task["sleep_s"]))
            n_left -= 1
        done, waiting = ray.wait(waiting)
        found += ray.get(done)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
