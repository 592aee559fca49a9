"""One run, start to end: the model, TRL's trainer, evaluations, checkpoints, and what is said of them."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import resource
import sys
import time
from pathlib import Path
from threading import Event
from typing import Any

import torch
import transformers
import trl
from accelerate import PartialState
from accelerate.utils import broadcast_object_list, gather_object
from peft import PeftModel
from transformers import AutoModelForImageTextToText, TrainerCallback
from trl import GRPOConfig

from .adapters import adapters_of, save_merged, take_adapters
from .answers import answers
from .checkpoints import State, finish, read_state
from .events import Events
from .gpu import forget_peak, peak_mib
from .place import unfit
from .policy import load_policy
from .prompts import load_processor, training_set
from .rater import Rater
from .rules import Rules
from .run_files import Run
from .trainer import TrustGRPOTrainer

NOTE = "Trained by TRL: not bit-reproducible."
QUIET_SECONDS = 7200
"""How long other processes wait for the first one, which alone evaluates and rates."""


class Training:
    """A run under way: in one process, or in one of several, of which the first alone says, rates and evaluates."""

    def __init__(self, run: Run, out: Path, events: Events, rules: Rules, stop: Event) -> None:
        self._run, self._out, self._events, self._rules, self._stop = run, out, events, rules, stop
        self._state = State(run.plan["configHash"])
        self._is_first = int(os.environ.get("RANK", "0")) == 0
        self._began = time.perf_counter()
        self._step_began = (0.0, 0.0)
        self._pause: str | None = None
        self._saved = 0
        self.rate_of_update = 0.0
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self._device = torch.device(device)
        if (why := unfit(run.plan, has_gpu=device == "cuda")) is not None:
            raise why
        self._processor = load_processor(run.plan["policy"]["folder"], run.plan["policy"].get("pixels"))

    def train(self, resume: Path | None) -> None:
        """Trains to the end, a stop (after a checkpoint), a pause, or an error."""
        if resume is not None:
            self._state = read_state(resume, self._state.config_hash)
        trainer = self.trainer()
        if resume is not None:
            _take_weights(trainer.accelerator.unwrap_model(trainer.model), resume)
        start = _step_of(resume, trainer.num_iterations)
        self._saved = start
        self._say("started", step=start, environment=self._environment())
        self._tell({"kind": "alert", "step": start, "level": "info", "name": "trainer/trl", "message": NOTE})
        if resume is None:
            self._evaluate(trainer, 0)
        self._mark()
        trainer.train(resume_from_checkpoint=None if resume is None else str(resume))
        total = self._run.settings["training"]["totalSteps"]
        if self._pause is not None:
            self._tell({"kind": "paused", "step": self._events.step, "message": self._pause})
        elif trainer.state.global_step >= total * trainer.num_iterations:
            seconds = time.perf_counter() - self._began
            hash = weights_hash(trainer.accelerator.unwrap_model(trainer.model))
            self._tell({"kind": "finished", "step": total, "seconds": seconds, "weightsHash": hash})

    def trainer(self) -> TrustGRPOTrainer:
        """TRL's trainer over this run, at its start."""
        plan, settings = self._run.plan, self._run.settings
        model = load_policy(plan["policy"])
        for name, parameter in model.named_parameters():
            if any(re.search(rf"(^|\.){re.escape(prefix)}", name) for prefix in plan["policy"]["frozen"]):
                parameter.requires_grad_(False)
        own = {
            "output_dir": str(self._out / "trl-work"),
            "logging_steps": 1,
            "save_strategy": "no",
            "report_to": [],
            "disable_tqdm": True,
            "shuffle_dataset": False,
            "use_cpu": self._device.type == "cpu",
            "log_level": "error",
            "ddp_timeout": QUIET_SECONDS,
        }
        rater = Rater(self._run, self._device) if self._is_first and plan["rater"] is not None else None
        trainer = TrustGRPOTrainer(
            model=model,
            processing_class=self._processor,
            args=GRPOConfig(**plan["arguments"], **own),
            train_dataset=training_set(self._run),
            rules=self._rules,
            rater=rater,
            on_step=self._on_step,
            rate=lambda: self.rate_of_update,
            callbacks=[_Callback(self, settings)],
            peft_config=adapters_of(plan["policy"]["lora"]),
        )
        return trainer

    def _on_step(self, trainer: TrustGRPOTrainer) -> None:
        """A step is done: its events, its evaluation, and what follows from them in every process."""
        step = trainer.state.global_step // trainer.num_iterations
        peaks = [peak for peak in gather_object([peak_mib()]) if peak is not None]  # one of each process
        gpu = max(peaks, default=None)
        decided: list[dict[str, Any] | None] = [self._report(trainer, step, gpu) if self._is_first else None]
        broadcast_object_list(decided)
        assert decided[0] is not None
        if decided[0]["divergence"] is not None:
            raise Diverged(decided[0]["divergence"]["code"], decided[0]["divergence"]["message"])
        self._pause, wants_end = decided[0]["pause"], decided[0]["end"]
        trainer.control.should_save = self._wants_checkpoint(step, wants_end)
        trainer.control.should_training_stop |= wants_end
        self._mark()

    def _report(self, trainer: TrustGRPOTrainer, step: int, gpu: float | None) -> dict[str, Any]:
        """Says what a step was and evaluates where it is due; what is to happen now."""
        wall, cpu = self._step_began
        report = self._rules.ask(
            "report",
            step=step,
            groups=trainer.groups,
            ratings=trainer.ratings,
            updates=trainer.updates,
            seconds={"reference": "NaN", **trainer.seconds},
            stepSeconds=time.perf_counter() - wall,
            cpuSeconds=time.process_time() - cpu,
            memoryMiB=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            gpuMemoryMiB=gpu,
            tokens=self._state.tokens,
            watch=self._state.watch,
        )
        self._events.write(report["events"])
        if report["divergence"] is not None:
            return {"divergence": report["divergence"]}
        self._state.tokens, self._state.watch = report["tokens"], report["watch"]
        settings = self._run.settings
        every, total = settings["evaluation"]["every"], settings["training"]["totalSteps"]
        if step == total or (every > 0 and step % every == 0):
            self._evaluate(trainer, step)
        wants_end = self._stop.is_set() or report["pause"] is not None
        return {"divergence": None, "pause": report["pause"], "end": wants_end}

    def _wants_checkpoint(self, step: int, wants_end: bool) -> bool:
        """Whether the policy is to be saved after a step."""
        training = self._run.settings["training"]
        due = step == training["totalSteps"] or step % training["checkpointEvery"] == 0
        return step > self._saved and (due or wants_end)

    def saved(self, folder: Path, step: int, model: torch.nn.Module) -> None:
        """TRL has written a checkpoint."""
        self._saved = step
        PartialState().wait_for_everyone()  # each process writes its own state of the draws into it
        if not self._is_first:
            return
        if isinstance(model, PeftModel):
            save_merged(model, folder)
        uri = f"checkpoints/step-{step:06d}"
        finish(folder, self._out / uri, Path(self._run.plan["policy"]["folder"]), self._state)
        self._say("checkpoint", step=step, path=str(self._out / uri), uri=uri)

    def _evaluate(self, trainer: TrustGRPOTrainer, step: int) -> None:
        if not self._is_first:
            return
        benchmarks = self._run.plan["benchmarks"]
        phase = {"kind": "phase", "step": step, "phase": "evaluating", "total": len(benchmarks)}
        self._tell({**phase, "done": 0})
        if step == 0:
            self._say("asked", step=step)
        for mode in dict.fromkeys(mode for benchmark in benchmarks for mode in benchmark["modes"]):
            ids = [id for benchmark in benchmarks if mode in benchmark["modes"] for id in benchmark["questions"]]
            model = trainer.accelerator.unwrap_model(trainer.model)
            drawn = mode == "sampled"
            given = answers(self._run, model, self._processor, ids, drawn=drawn, ends=trainer.eos_token_ids)
            self._say("evaluated", step=step, mode=mode, answers=given)
        self._tell({**phase, "done": len(benchmarks)})

    def _mark(self) -> None:
        self._step_began = (time.perf_counter(), time.process_time())
        forget_peak()

    def _say(self, what: str, **body: Any) -> None:
        if self._is_first:
            self._events.write(self._rules.ask(what, **body)["events"])

    def _tell(self, event: dict[str, Any]) -> None:
        self._say("say", event=event)

    def _environment(self) -> dict[str, Any]:
        versions = f"trl {trl.__version__}, transformers {transformers.__version__}, torch {torch.__version__}"
        is_gpu = self._device.type == "cuda"
        return {
            "backendVersion": versions,
            "device": torch.cuda.get_device_name() if is_gpu else "cpu",
            "threads": torch.get_num_threads(),
            "platform": f"{sys.platform} {platform.release()} {platform.machine()}",
        }


class Diverged(Exception):
    """The rules say that training must not go on."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Callback(TrainerCallback):
    """Hears of the learning rate before each update, and of folders that TRL has written."""

    def __init__(self, training: Training, settings: dict[str, Any]) -> None:
        self._training, self._updates = training, settings["training"]["numIterations"]

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, optimizer: Any = None, **_: Any) -> None:
        """The learning rate of the update that comes."""
        self._training.rate_of_update = optimizer.param_groups[0]["lr"]

    def on_save(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
        """The folder is complete."""
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        self._training.saved(folder, state.global_step // self._updates, model)


def _step_of(checkpoint: Path | None, updates: int) -> int:
    if checkpoint is None:
        return 0
    return json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))["global_step"] // updates


def _take_weights(model: torch.nn.Module, checkpoint: Path) -> None:
    """The weights of a checkpoint by transformers' own reading of their names.

    Trainer.train(resume_from_checkpoint=...) loads a file's names as they are, which are not the modules' names for
    Qwen2.5-VL: it would leave the policy at the base model and say no more than a warning.
    """
    if isinstance(model, PeftModel):
        take_adapters(model, checkpoint)
        return
    saved = AutoModelForImageTextToText.from_pretrained(checkpoint, dtype=model.dtype).state_dict()
    model.load_state_dict(saved, strict=True)


def weights_hash(model: torch.nn.Module) -> str:
    """sha256 over all weights in name order, in float32."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().float().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def quiet() -> None:
    """Nothing is fetched, nothing is reported anywhere, no bars."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    transformers.utils.logging.disable_progress_bar()
