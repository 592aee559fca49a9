"""One run over several processes of a Ray cluster: `python -m sophia_trl.workers FOLDER --out RUN_FOLDER --workers N`.

This process is the job's own: it starts the workers by Ray Train, says on its standard output what the first of them
says, and passes on a request to stop. What one worker does is __main__.py's, on a share of each step's responses.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from .events import own_stdout

ROOT = Path(__file__).resolve().parents[1]
LOOK_SECONDS = 0.5
"""How often words are fetched and a stop is looked for."""
QUIET_SECONDS = 7200
"""How long workers wait for the first one, which alone evaluates and rates."""


class Mailbox:
    """An actor between the first worker and the job: lines one way, a stop the other."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._stopped = False

    def say(self, text: str) -> None:
        """Keeps text until it is taken."""
        self._lines.append(text)

    def take(self) -> list[str]:
        """What was said since."""
        lines, self._lines = self._lines, []
        return lines

    def stop(self) -> None:
        """The run is to end at its next step."""
        self._stopped = True

    def is_stopped(self) -> bool:
        """Whether it is to end."""
        return self._stopped


class Said:
    """A stream whose text goes to the mailbox; each flush is there before it returns."""

    def __init__(self, mailbox: Any) -> None:
        self._mailbox, self._text = mailbox, ""

    def write(self, text: str) -> int:
        """Keeps text until the flush."""
        self._text += text
        return len(text)

    def flush(self) -> None:
        """Sends it."""
        import ray

        text, self._text = self._text, ""
        if text != "":
            ray.get(self._mailbox.say.remote(text))


def work(given: dict[str, Any]) -> None:
    """One worker, in a process that Ray Train has made and joined to the others."""
    import ray
    import ray.train

    from .__main__ import train

    os.environ.update(given["environment"])
    mailbox, stop = given["mailbox"], threading.Event()
    is_first = ray.train.get_context().get_world_rank() == 0

    def watch() -> None:
        while not stop.is_set():
            if ray.get(mailbox.is_stopped.remote()):
                stop.set()
            time.sleep(LOOK_SECONDS)

    stream: Any = Said(mailbox) if is_first else open(os.devnull, "w", encoding="utf-8")
    if is_first:
        threading.Thread(target=watch, daemon=True).start()
    resume = None if given["resume"] is None else Path(given["resume"])
    code = train(ROOT / given["folder"], Path(given["out"]), resume, stream, stop, threads=0)
    if code != 0:
        raise RuntimeError(f"Worker {ray.train.get_context().get_world_rank()} ended with code {code}.")


def main() -> int:
    """Trains one run; the exit code is that of its workers."""
    parser = argparse.ArgumentParser(prog="sophia_trl.workers", description=__doc__)
    parser.add_argument("folder", type=Path, help="the run's files, within the package")
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints go; all nodes see it")
    parser.add_argument("--resume", type=Path, help="a checkpoint of this run")
    parser.add_argument("--workers", type=int, required=True, help="processes")
    parser.add_argument("--each", default="{}", help="what each takes, as Ray's resources in JSON")
    parser.add_argument("--led", action="store_true", help="ends when standard input ends")
    given = parser.parse_args()
    stdout = own_stdout()
    import ray
    from ray.train import RunConfig, ScalingConfig
    from ray.train.torch import TorchConfig, TorchTrainer

    ray.init(address="auto", configure_logging=False)
    mailbox = ray.remote(num_cpus=0)(Mailbox).remote()

    def pass_on() -> None:
        for text in ray.get(mailbox.take.remote()):
            stdout.write(text)
        stdout.flush()

    def listen() -> None:
        for line in sys.stdin:
            if line.strip() == "stop":
                mailbox.stop.remote()
        os._exit(1)

    if given.led:
        threading.Thread(target=listen, daemon=True).start()
    ended = threading.Event()

    def carry() -> None:
        while not ended.wait(LOOK_SECONDS):
            pass_on()

    carrier = threading.Thread(target=carry, daemon=True)
    carrier.start()
    each = json.loads(given.each)
    config = {
        "folder": os.path.relpath(given.folder.resolve(), ROOT),
        "out": str(given.out.resolve()),
        "resume": None if given.resume is None else str(given.resume.resolve()),
        "environment": {name: value for name, value in os.environ.items() if name.startswith(("MODEL_", "SOPHIA_"))},
        "mailbox": mailbox,
    }
    trainer = TorchTrainer(
        work,
        train_loop_config=config,
        torch_config=TorchConfig(timeout_s=QUIET_SECONDS),
        scaling_config=ScalingConfig(
            num_workers=given.workers, use_gpu=each.get("GPU", 0) > 0, resources_per_worker=each or None
        ),
        run_config=RunConfig(name="ray-train", storage_path=str(given.out.resolve())),
    )
    code = 0
    try:
        trainer.fit()
    except Exception as error:  # the first worker has said why, where it could
        print(f"RayTrainError: {' '.join(str(error).split())[:500]}", file=sys.stderr)
        code = 1
    ended.set()
    carrier.join()
    pass_on()
    return code


if __name__ == "__main__":
    sys.exit(main())
