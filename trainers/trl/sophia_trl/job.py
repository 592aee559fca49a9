"""Small jobs on a Ray cluster: what it is and sees, what a run has said, a stop, files, pictures. Needs a plain Python.

Answers go to the job's log, each a line that begins with a mark: others write to the same log.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import socket
import sys
import uuid
from pathlib import Path
from typing import Any

from .packed import MARK, ROOT, Refused, _say, find_model, is_whole
from .run_files import picture_in

ANSWER = b"@answer "
NEEDED = ("torch", "transformers", "trl", "peft", "accelerate", "datasets")


def main() -> int:
    """Does one of them."""
    parser = argparse.ArgumentParser(prog="job.py", description=__doc__)
    parser.add_argument("what", choices=("probe", "read", "stop", "files", "piece", "lacks", "place"))
    parser.add_argument("--storage", type=Path, help="the folder that all nodes see")
    parser.add_argument("--models", default="[]", help="models to look for, as JSON")
    parser.add_argument("--modules", default="[]", help="packages to look for beside the usual ones, as JSON")
    parser.add_argument("--attempt", type=Path, help="folder of an attempt")
    parser.add_argument("--folder", type=Path, help="folder of a checkpoint")
    parser.add_argument("--pattern", default="", help="names of the files that are wanted")
    parser.add_argument("--file", default="", help="one of them")
    parser.add_argument("--after", type=int, default=0, help="number of the last event, or byte, that is known")
    parser.add_argument("--most", type=int, default=4 << 20, help="bytes at most")
    given = parser.parse_args()
    if given.what == "probe":
        _answer(probe(given.storage, json.loads(given.models), json.loads(given.modules)))
    elif given.what == "read":
        _answer(read(given.attempt, given.after, given.most))
    elif given.what == "lacks":
        _answer(lacks(given.storage, (ROOT / "names.txt").read_text(encoding="utf-8").split("\n"), given.file))
    elif given.what == "place":
        _answer(place(ROOT / "pictures", given.storage))
    elif given.what == "files":
        _answer(files(given.folder, re.compile(given.pattern, re.IGNORECASE)))
    elif given.what == "piece":
        _answer(piece(given.folder / given.file, given.after, given.most))
    else:
        given.attempt.mkdir(parents=True, exist_ok=True)  # of one that has not begun: it never will
        (given.attempt / "stop").touch()
        _answer({})
    return 0


def read(attempt: Path, after: int, most: int) -> dict[str, Any]:
    """Says the events of an attempt after a number; answers whether it was begun, how it ended, and what is left."""
    if not (attempt / "attempt.json").exists():
        return {"begun": False, "code": None, "more": False}
    end = attempt / "end.json"
    code = json.loads(end.read_text(encoding="utf-8"))["code"] if end.exists() else None
    told, more = 0, False
    try:
        with (attempt / "events.jsonl").open("rb") as file:
            for line in file:
                if not line.endswith(b"\n") or _sequence(line) <= after:
                    continue
                if told > most:
                    more = True
                    break
                _say(MARK + line)
                told += len(line)
    except FileNotFoundError:
        pass
    return {"begun": True, "code": code, "more": more}


def _sequence(line: bytes) -> int:
    return int(line[len(b'{"sequence":') :].split(b",", 1)[0])


def files(folder: Path, wanted: re.Pattern[str]) -> dict[str, Any]:
    """Name, size and sha256 of the files of a folder that are wanted; None where there is no such folder."""
    if not folder.is_dir():
        return {"files": None}
    found = []
    for path in sorted(folder.iterdir()):
        if path.is_file() and wanted.search(path.name):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256") if sys.version_info >= (3, 11) else _digest(file)
            found.append({"name": path.name, "bytes": path.stat().st_size, "sha256": digest.hexdigest()})
    return {"files": found}


def _digest(file: Any) -> Any:
    digest = hashlib.sha256()
    while part := file.read(1 << 20):
        digest.update(part)
    return digest


def piece(path: Path, after: int, most: int) -> dict[str, Any]:
    """Bytes of a file from a place on, as base64."""
    with path.open("rb") as file:
        file.seek(after)
        return {"data": base64.b64encode(file.read(most)).decode()}


def lacks(storage: Path, names: list[str], marker: str) -> dict[str, Any]:
    """Which pictures the storage has not, or has altered, by their place in the list; whether it has a file."""
    answer: dict[str, Any] = {"missing": [], "freeBytes": 0, "seesMarker": False, "problem": None}
    folder = storage / "sophia" / "pictures"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        answer["missing"] = [place for place, name in enumerate(names) if not is_whole(picture_in(folder, name))]
        answer["freeBytes"] = shutil.disk_usage(storage).free
    except OSError as error:
        answer["problem"] = f"{error.strerror} ({error.filename})"
    answer["seesMarker"] = marker != "" and (storage / "sophia" / marker).exists()
    return answer


def place(pictures: Path, storage: Path) -> dict[str, Any]:
    """Copies pictures into the storage, each whole or not at all."""
    try:
        for path in sorted(pictures.iterdir()):
            target = picture_in(storage / "sophia" / "pictures", path.name)
            if is_whole(target):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{uuid.uuid4().hex}.part")
            try:
                with path.open("rb") as source, part.open("wb") as file:
                    shutil.copyfileobj(source, file, 1 << 20)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        return {"problem": f"{error.strerror} ({error.filename})"}
    return {"problem": None}


def probe(storage: Path, models: list[dict[str, Any]], modules: list[str]) -> dict[str, Any]:
    """What the cluster is, and whether a run would find there what it needs."""
    token = storage / "sophia" / f".probe-{uuid.uuid4().hex}"
    answer: dict[str, Any] = {
        "python": list(sys.version_info[:3]),
        "missing": [name for name in [*NEEDED, *modules] if importlib.util.find_spec(name) is None],
        "models": {},
        "storage": None,
        "freeGB": None,
        "nodes": [],
        "resources": None,
        "available": None,
        "largest": None,
    }
    for model in models:
        try:
            answer["models"][model["name"]] = {"folder": str(find_model(model, model["places"])), "problem": None}
        except Refused as refusal:
            answer["models"][model["name"]] = {"folder": None, "problem": str(refusal)}
    try:
        token.parent.mkdir(parents=True, exist_ok=True)
        token.write_text("seen", encoding="utf-8")
    except OSError as error:
        answer["storage"] = f"cannot be written ({error.strerror})"
        return answer
    try:
        answer["freeGB"] = shutil.disk_usage(storage).free / 1e9
        _ask_nodes(answer, token)
    finally:
        token.unlink(missing_ok=True)
    return answer


def _ask_nodes(answer: dict[str, Any], token: Path) -> None:
    """Has every node look for the file."""
    if importlib.util.find_spec("ray") is None:  # a stand-in for a cluster
        answer["nodes"] = [{"host": socket.gethostname(), "seesStorage": token.exists()}]
        return
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    ray.init(address="auto", log_to_driver=False, configure_logging=False)
    path = str(token)

    def look() -> dict[str, Any]:
        return {"host": socket.gethostname(), "seesStorage": os.path.exists(path)}

    asked = {}
    for node in ray.nodes():
        if node["Alive"]:
            where = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            asked[ray.remote(num_cpus=0)(look).options(scheduling_strategy=where).remote()] = node[
                "NodeManagerHostname"
            ]
    done, late = ray.wait(list(asked), num_returns=len(asked), timeout=60)
    answer["nodes"] = [{"host": asked[one], "seesStorage": None} for one in late]
    for one in done:
        try:
            answer["nodes"].append(ray.get(one))
        except ray.exceptions.RayError:  # the node has left; Ray lists it for a while
            pass
    alive = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    answer["largest"] = {name: max((has.get(name, 0) for has in alive), default=0) for name in ("GPU", "CPU")}
    answer["resources"], answer["available"] = ray.cluster_resources(), ray.available_resources()


def _answer(value: dict[str, Any]) -> None:
    _say(ANSWER + json.dumps(value).encode() + b"\n")
