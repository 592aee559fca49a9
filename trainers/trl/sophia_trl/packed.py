"""What run.py does: trains runs of a package, and keeps what they say. Needs a plain Python.

A package holds runs (runs/NAME with run.json and questions.jsonl), what they share (pictures, rules.mjs, this Python)
and pack.json. Each start of a run is an attempt: OUT/NAME/attempt-NNN holds events.jsonl, where every line is on disk
before the next is taken, attempt.json (who it is, where it began) and, once it has ended, end.json. Checkpoints lie in
OUT/NAME/checkpoints. A run that is started again goes on from its newest checkpoint.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .run_files import PICTURES, picture_in, picture_names

ROOT = Path(__file__).resolve().parents[1]
# Which key may go to which host is the word of whoever starts a run, not of the package.
NOT_FROM_SITE = ("PYTHON", "OUT", "SOPHIA_KEY_HOSTS")
KEPT_CHECKPOINTS = 2
"""The newest, and one to fall back to."""
STOP_SECONDS = 1.0
"""How often a file that asks for a stop is looked for."""
MARK = b"@sophia "
"""What a line that holds an event begins with in a log that others write to."""


class Refused(Exception):
    """Bad input: one line with the fix."""


def main(arguments: list[str] | None = None) -> int:
    """Does what the command line asks; the exit code is that of the last run."""
    parser = argparse.ArgumentParser(prog="run.py", description="Trains the runs of this package.")
    parser.add_argument("runs", nargs="*", help="names of runs, or all; without: lists them")
    parser.add_argument("--task", type=int, help="the run of this number, from 0 (an array job's)")
    parser.add_argument("--out", type=Path, help="where results go (default: OUT of site.env)")
    parser.add_argument("--attempt", type=int, help="number of this start (default: the next)")
    parser.add_argument("--resume", help="go on from this checkpoint (default: the newest; none: from the beginning)")
    parser.add_argument("--workers", type=int, default=1, help="processes of the run, on a Ray cluster")
    parser.add_argument("--each", default="{}", help="what each of them takes there, as Ray's resources in JSON")
    parser.add_argument("--tell", action="store_true", help="say the events on standard output too")
    given = parser.parse_args(arguments)
    try:
        site = read_site(ROOT / "site.env")
        out = (given.out or ROOT / site.get("OUT", "out")).resolve()
        names = [run["name"] for run in read_pack()["runs"]]
        chosen = _chosen(names, given.runs, given.task)
        if not chosen:
            for name in names:
                print(f"{name}: {state_of(out, name)}")
            return 0
        code = 0
        for name in chosen:
            spread = [] if given.workers == 1 else ["--workers", str(given.workers), "--each", given.each]
            code = train(name, out, site, number=given.attempt, resume=given.resume, tell=given.tell, spread=spread)
            if code != 0 and len(chosen) > 1:
                print(f"run.py: {name} ended with code {code}", file=sys.stderr)
        return code
    except Refused as refusal:
        print(f"run.py: {refusal}", file=sys.stderr)
        return 2


def read_pack() -> dict[str, Any]:
    """What pack.json holds."""
    return json.loads((ROOT / "pack.json").read_text(encoding="utf-8"))


def read_site(file: Path) -> dict[str, str]:
    """NAME=value lines, as a shell reads plain ones."""
    if not file.exists():
        return {}
    values = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if text == "" or text.startswith("#"):
            continue
        match = re.fullmatch(r"([A-Za-z_]\w*)=(?:\"([^\"]*)\"|'([^']*)'|([^\s#]*))\s*(?:#.*)?", text)
        if match is None:
            raise Refused(f"{file.name} line {number} is no NAME=value; put a value with spaces in quotes.")
        values[match[1]] = next((value for value in match.groups()[1:] if value is not None), "")
    return values


def state_of(out: Path, name: str) -> str:
    """Where a run stands, in a word or two."""
    made = attempts(out, name)
    if not made:
        return "not started"
    last = last_event(made[-1])
    kind = "" if last is None else last["event"]["kind"]
    if kind in ("finished", "failed", "paused"):
        return kind
    step = 0 if last is None else last["event"]["step"]
    return f"{'ended' if (made[-1] / 'end.json').exists() else 'started'} at step {step}"


def attempts(out: Path, name: str) -> list[Path]:
    """Folders of a run's attempts, in order."""
    folder = out / name
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if re.fullmatch(r"attempt-\d{3,}", path.name))


def last_event(attempt: Path) -> dict[str, Any] | None:
    """The last whole line that an attempt has said."""
    last = None
    try:
        with (attempt / "events.jsonl").open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    last = line
    except FileNotFoundError:
        pass
    return None if last is None else json.loads(last)


def newest_checkpoint(out: Path, name: str) -> Path | None:
    """The checkpoint that a run goes on from."""
    made = sorted((out / name / "checkpoints").glob("step-*"))
    whole = [path for path in made if (path / "sophia.json").exists()]
    return whole[-1] if whole else None


def train(
    name: str,
    out: Path,
    site: dict[str, str],
    *,
    number: int | None,
    resume: str | None,
    tell: bool = False,
    spread: Sequence[str] = (),
) -> int:
    """One attempt at a run, to its end; the exit code is 0 where it finished or was stopped.

    `spread` are the words that have Ray Train run it in several processes.
    """
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        before = attempts(out, name)
        last = last_event(before[-1]) if before else None
        if number is None and last is not None and last["event"]["kind"] == "finished":
            print(f"{name}: finished already", file=sys.stderr)
            return 0
        if resume is None:
            checkpoint = newest_checkpoint(out, name)
        else:
            checkpoint = None if resume == "none" else folder / resume
        if checkpoint is not None and not checkpoint.is_dir():
            raise Refused(f"{name}: there is no checkpoint {checkpoint}; is this the storage that it was written to?")
        environment = _environment(site)
        _check_pictures(ROOT / "runs" / name, environment.get(PICTURES, ""))
        taken = max((int(path.name.split("-")[1]) for path in before), default=0)
        attempt = folder / f"attempt-{taken + 1 if number is None else number:03d}"
        try:
            attempt.mkdir()
        except FileExistsError:
            if (attempt / "stop").exists() and not (attempt / "attempt.json").exists():
                print(f"{name}: it was stopped before it began", file=sys.stderr)
                return 0
            raise Refused(f"{name}: {attempt.name} was begun already.") from None
        _write(
            attempt / "attempt.json",
            {
                "id": uuid.uuid4().hex,
                "fromStep": 0 if checkpoint is None else int(checkpoint.name.split("-")[1]),
                "startedAt": int(time.time() * 1000),
                "host": socket.gethostname(),
            },
        )
        python = site.get("PYTHON") or sys.executable
        command = [str(ROOT / python) if "/" in python and not os.path.isabs(python) else python]
        module = "sophia_trl.workers" if spread else "sophia_trl"
        command += ["-u", "-m", module, str(ROOT / "runs" / name), "--out", str(folder), "--led", *spread]
        if checkpoint is not None:
            command += ["--resume", str(checkpoint)]
        code = _lead(command, attempt, environment, tell=tell)
        _write(attempt / "end.json", {"code": code, "at": int(time.time() * 1000)})
        return code


def _lead(command: list[str], attempt: Path, environment: dict[str, str], *, tell: bool) -> int:
    """Runs the trainer and keeps its events; a signal or the file `stop` asks it to end at its next step."""
    log = None if tell else (attempt / "log.txt").open("ab")
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment, cwd=ROOT
        )
    except OSError as error:
        raise Refused(f"{command[0]} cannot be started ({error.strerror}): set PYTHON in site.env.") from None
    finally:
        if log is not None:
            log.close()
    assert process.stdin is not None and process.stdout is not None
    asked = threading.Event()

    def ask(*_: Any) -> None:
        if asked.is_set():
            return
        asked.set()
        try:
            process.stdin.write(b"stop\n")
            process.stdin.flush()
        except OSError:
            pass  # it has ended

    def watch() -> None:
        while process.poll() is None and not asked.is_set():
            if (attempt / "stop").exists():
                ask()
            time.sleep(STOP_SECONDS)

    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), ask)
    threading.Thread(target=watch, daemon=True).start()
    with (attempt / "events.jsonl").open("ab") as file:
        for line in process.stdout:
            if not line.startswith(b'{"sequence":'):
                sys.stderr.buffer.write(line)
                continue
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
            if tell:
                _say(MARK + line)
            if json.loads(line)["event"]["kind"] == "checkpoint":
                _prune(attempt.parent / "checkpoints")
    return process.wait()


def _say(line: bytes) -> None:
    """Writes a line whole: others write to the same log."""
    rest = memoryview(line)
    while rest:
        rest = rest[os.write(1, rest) :]


def _prune(folder: Path) -> None:
    for path in sorted(folder.glob("step-*"))[:-KEPT_CHECKPOINTS]:
        shutil.rmtree(path, ignore_errors=True)


def _environment(site: dict[str, str]) -> dict[str, str]:
    """Variables of the trainer: where each model lies, looked at before anything is begun."""
    environment = {**os.environ, **{name: value for name, value in site.items() if name not in NOT_FROM_SITE}}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    for model in read_pack()["models"]:
        environment[model["variable"]] = str(find_model(model, environment.get(model["variable"], "")))
    return environment


def _check_pictures(folder: Path, shared: str) -> None:
    """Holds each picture of a run that lies in a shared folder against the hash that it is named by."""
    if shared == "":
        return
    wrong = [name for name in _pictures(folder) if not is_whole(picture_in(Path(shared), name))]
    if wrong:
        raise Refused(
            f"{len(wrong)} pictures are not in {shared}, or were altered (the first: {wrong[0]}). "
            "Resume the run in the lab: it puts them there again."
        )


def _pictures(folder: Path) -> list[str]:
    with (folder / "questions.jsonl").open(encoding="utf-8") as file:
        names = [name for text in file for name in picture_names(json.loads(text))]
    return list(dict.fromkeys(names))


def is_whole(picture: Path) -> bool:
    """Whether a picture is there, with the content that it is named by: the beginning of its sha256."""
    try:
        with picture.open("rb") as file:
            digest = hashlib.sha256()
            while part := file.read(1 << 20):
                digest.update(part)
    except FileNotFoundError:
        return False
    return digest.hexdigest().startswith(picture.stem)


def find_model(model: dict[str, Any], places: str) -> Path:
    """The first of the places (with ":" between) that has the model, and whether it is the one that was packed."""
    given = [ROOT / place for place in places.split(os.pathsep) if place != ""]
    found = next((place for place in given if (place / "config.json").exists()), None)
    if found is None:
        where = " or ".join(map(str, given)) or "nowhere: it is empty"
        raise Refused(
            f"Model {model['name']} is not at {where}; copy it here and set {model['variable']} in site.env to it."
        )
    if fingerprint(found) != model["fingerprint"]:
        raise Refused(f"{found} is not the model {model['name']} that was packed (other files); copy that one here.")
    return found


def fingerprint(folder: Path) -> str:
    """Tells models apart without reading their weights: sha256 over config.json and the sizes of the weights' files."""
    digest = hashlib.sha256((folder / "config.json").read_bytes())
    for path in sorted(folder.glob("*.safetensors"), key=lambda path: path.name):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
    return digest.hexdigest()


def _chosen(names: list[str], asked: list[str], task: int | None) -> list[str]:
    if task is not None:
        if not 0 <= task < len(names):
            raise Refused(f"There is no run number {task}: this package has runs 0 to {len(names) - 1}.")
        return [names[task]]
    if asked == ["all"]:
        return names
    for name in asked:
        if name not in names:
            raise Refused(f'There is no run "{name}"; `python run.py` lists them.')
    return asked


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two attempts at one run at a time would write over each other's checkpoints."""
    with (folder / "lock").open("w") as file:
        try:
            import fcntl
        except ImportError:  # not on Windows
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(f"{folder.name} is being trained already (its lock is {file.name}).") from None
        yield


def _write(path: Path, value: Any) -> None:
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
