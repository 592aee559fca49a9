"""Takes the place of sophia_trl/training.py on a plain Python: canned responses, real rules, events and checkpoints.

PLAIN_SECONDS: time of a step. PLAIN_DIE: the step in which the process ends at once, with code 9, on a fresh start.
PLAIN_KILL: the step in which it is killed, then. PLAIN_CHATTER: lines of other text between events.
PLAIN_GPU: bytes that a stand-in for a GPU holds more at each step (torch.py).
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from threading import Event
from typing import Any

from .events import Events
from .gpu import forget_peak, peak_mib
from .rules import Rules
from .run_files import Run


def quiet() -> None:
    """Nothing to quiet."""


class Training:
    """A run under way."""

    def __init__(self, run: Run, out: Path, events: Events, rules: Rules, stop: Event) -> None:
        self._run, self._out, self._events, self._rules, self._stop = run, out, events, rules, stop

    def train(self, resume: Path | None) -> None:
        """Every step, with the checkpoints that the settings ask for."""
        start = 0 if resume is None else int(resume.name.split("-")[1])
        settings = self._run.settings
        total, every = settings["training"]["totalSteps"], settings["training"]["checkpointEvery"]
        known = {"backendVersion": "plain", "device": "cpu", "threads": 1, "platform": sys.platform}
        self._say("started", step=start, environment=known)
        if resume is None:
            self._say("asked", step=0)
            self._evaluate(0)
        tokens, watch = 0, None
        if resume is not None:
            tokens = json.loads((resume / "sophia.json").read_text(encoding="utf-8"))["tokens"]
        for step in range(start + 1, total + 1):
            time.sleep(float(os.environ.get("PLAIN_SECONDS", "0")))
            if resume is None and step == int(os.environ.get("PLAIN_DIE", "0")):
                print("RuntimeError: the plain trainer was asked to die", file=sys.stderr, flush=True)
                os._exit(9)
            if resume is None and step == int(os.environ.get("PLAIN_KILL", "0")):
                os.kill(os.getpid(), signal.SIGKILL)
            groups = [self._group(question, step) for question in self._run.plan["steps"][step - 1]]
            ratings = self._rules.ask("judge", step=step, groups=groups)["ratings"]
            report = self._rules.ask(
                "report",
                step=step,
                groups=groups,
                ratings=ratings,
                updates=[{**UPDATE, "loss": 1 / step}],
                seconds={"generate": 0.1, "thinking": 0.1, "reference": "NaN", "update": 0.1},
                stepSeconds=0.3,
                cpuSeconds=0.3,
                memoryMiB=100,
                gpuMemoryMiB=peak_mib(),
                tokens=tokens,
                watch=watch,
            )
            forget_peak()
            tokens, watch = report["tokens"], report["watch"]
            for count in range(int(os.environ.get("PLAIN_CHATTER", "0"))):
                print(f"step {step}: chatter {count}", file=sys.stderr, flush=True)
            self._events.write(report["events"])
            if step == total:
                self._evaluate(step)
            if step % every == 0 or step == total or self._stop.is_set():
                self._save(step, tokens)
            if self._stop.is_set() and step < total:
                return
        self._tell({"kind": "finished", "step": total, "seconds": 1, "weightsHash": "plain"})

    def _group(self, question: str, step: int) -> dict[str, Any]:
        count = self._run.settings["training"]["numGenerations"]
        texts = [f"<think> i see {step} . </think> <answer> {answer} </answer>" for answer in range(count)]
        responses = [{"text": text, "tokens": 9, "truncated": False} for text in texts]
        return {"question": question, "prompt": "a prompt", "responses": responses}

    def _evaluate(self, step: int) -> None:
        benchmarks = self._run.plan["benchmarks"]
        for mode in dict.fromkeys(mode for benchmark in benchmarks for mode in benchmark["modes"]):
            ids = [id for benchmark in benchmarks if mode in benchmark["modes"] for id in benchmark["questions"]]
            answers = [{"question": id, "text": "<think> so . </think> <answer> 1 </answer>"} for id in ids]
            self._say("evaluated", step=step, mode=mode, answers=answers)

    def _save(self, step: int, tokens: int) -> None:
        uri = f"checkpoints/step-{step:06d}"
        folder = self._out / uri
        folder.mkdir(parents=True)
        (folder / "sophia.json").write_text(json.dumps({"tokens": tokens}), encoding="utf-8")
        self._say("checkpoint", step=step, path=str(folder), uri=uri)

    def _say(self, what: str, **body: Any) -> None:
        self._events.write(self._rules.ask(what, **body)["events"])

    def _tell(self, event: dict[str, Any]) -> None:
        self._say("say", event=event)


UPDATE = {
    "policyLoss": "NaN",
    "kl": 0.1,
    "entropy": 0.5,
    "clipShareLow": 0.0,
    "clipShareHigh": 0.0,
    "gradNorm": 1.0,
    "learningRate": 1e-5,
}
