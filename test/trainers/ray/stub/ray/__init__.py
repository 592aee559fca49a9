"""Takes the place of Ray where job.py asks it for its nodes: one node that answers, FAKE_RAY says with how much.

FAKE_NODES: what each of several nodes has, as a list; all that there is stays FAKE_RAY.
"""

from __future__ import annotations

import json
import os
import socket
from typing import Any


def init(**_: Any) -> None:
    """Nothing to join."""


def nodes() -> list[dict[str, Any]]:
    """This machine, once for each node."""
    each = json.loads(os.environ.get("FAKE_NODES", f"[{os.environ['FAKE_RAY']}]"))
    name = socket.gethostname()
    return [
        {"Alive": True, "NodeID": f"{i}", "NodeManagerHostname": name, "Resources": has} for i, has in enumerate(each)
    ]


def cluster_resources() -> dict[str, float]:
    """All that there is."""
    return json.loads(os.environ["FAKE_RAY"])


available_resources = cluster_resources


class _Remote:
    def __init__(self, work: Any) -> None:
        self._work = work

    def options(self, **_: Any) -> _Remote:
        return self

    def remote(self) -> _Remote:
        return self

    def __call__(self) -> Any:
        return self._work()


def remote(**_: Any) -> Any:
    """A function that a node calls."""
    return _Remote


def wait(asked: list[Any], **_: Any) -> tuple[list[Any], list[Any]]:
    """All are done."""
    return asked, []


class exceptions:
    """What a node that has left answers with."""

    class RayError(Exception):
        """Any of Ray's own."""


def get(one: Any) -> dict[str, Any]:
    """Its answer; FAKE_BLIND: the node sees nothing of the storage; FAKE_GONE: the first node has left just now."""
    _asked.append(one)
    if os.environ.get("FAKE_GONE") and len(_asked) == 1:
        raise exceptions.RayError("TaskUnschedulableError")
    return {**one(), **({"seesStorage": False} if os.environ.get("FAKE_BLIND") else {})}


_asked: list[Any] = []
