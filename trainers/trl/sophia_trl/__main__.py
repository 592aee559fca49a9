"""`python -m sophia_trl FOLDER --out RUN_FOLDER` trains the run in FOLDER and says run events on standard output."""

from __future__ import annotations

import argparse
import os
import re
import sys
import threading
import traceback
from pathlib import Path
from typing import TextIO

from .events import Events, own_stdout
from .place import unfit
from .rules import Rules, RulesError
from .run_files import read_plan, read_run

LOST_PEER = re.compile(r"(gloo|nccl).*(peer|connection|remote|closed|timed? ?out)", re.IGNORECASE)
"""How PyTorch tells that another process of a group is gone."""


def main() -> int:
    """Trains one run; the exit code is 0 where it finished, was stopped or paused."""
    parser = argparse.ArgumentParser(prog="sophia_trl", description=__doc__)
    parser.add_argument("folder", type=Path, help="the run's files: run.json, questions.jsonl, pictures, rules.mjs")
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints go")
    parser.add_argument("--resume", type=Path, help="a checkpoint of this run")
    parser.add_argument("--threads", type=int, default=0, help="cores to use; 0: all")
    parser.add_argument(
        "--led", action="store_true", help="ends when standard input ends; the line 'stop' asks it to stop"
    )
    given = parser.parse_args()
    stream, stop = own_stdout(), threading.Event()
    if given.led:
        threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    return train(given.folder, given.out, given.resume, stream, stop, threads=given.threads)


def train(folder: Path, out: Path, resume: Path | None, stream: TextIO, stop: threading.Event, *, threads: int) -> int:
    """Trains a run, or a worker's share of one, and says its events on a stream; 0 where it came to no harm."""
    events = Events(stream)
    rules = Rules(folder)
    try:
        if (why := unfit(read_plan(folder), has_gpu=None)) is not None:
            raise why
        import torch

        from .training import Training, quiet

        quiet()
        if threads > 0:
            torch.set_num_threads(threads)
        Training(read_run(folder), out, events, rules, stop).train(resume)
        return 0
    except Exception as error:  # whatever it is: the run says so and ends
        traceback.print_exc(file=sys.stderr)
        code, message = told(error)
        events.write([{"kind": "failed", "step": events.step, "code": code, "message": message[:2000]}])
        return 1
    finally:
        rules.close()


def told(error: Exception) -> tuple[str, str]:
    """What a run says that ended by an error: its code and one line."""
    message = " ".join(str(error).split()) or type(error).__name__
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and LOST_PEER.search(message):
        return "environment", (
            f"Another process of this run ended, or its node left ({message[:200].rstrip('.')}). "
            "What ended it is in the job's log. Resume continues from the last checkpoint."
        )
    code = error.code if hasattr(error, "code") and isinstance(error.code, str) else "internal"
    if not isinstance(error, RulesError) and code == "internal":
        message = f"{type(error).__name__}: {message}"
    return code, message


def _listen(stop: threading.Event) -> None:
    """Standard input leads this run: it may ask for a stop, and when it ends nobody records what happens."""
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.set()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
