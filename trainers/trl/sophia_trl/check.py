"""This trainer on given responses, to be compared with the native one: `python -m sophia_trl.check FOLDER REQUEST`.

REQUEST is a JSON file: responses to the questions of the first step (token ids), per-token log-probabilities of the old
policy and of the reference, and the losses to compute. Printed are prompt ids, advantages, losses and gradients. One of
several processes (RANK, WORLD_SIZE as torchrun sets them) takes its share of the responses; the first alone prints what
they weigh together.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from threading import Event
from typing import Any

import torch

from .events import Events, own_stdout
from .rater import Rater
from .rules import Rules
from .run_files import read_run
from .trainer import TrustGRPOTrainer
from .training import Training, quiet


def main() -> None:
    """Answers one request."""
    stdout = own_stdout()
    quiet()
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    request = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    run = read_run(folder)
    rules = Rules(folder)
    try:
        if "asked" in request:
            answer: dict[str, Any] = {"ratings": Rater(run, torch.device("cpu")).rate(request["asked"])}
        else:
            with tempfile.TemporaryDirectory() as out:
                training = Training(run, Path(out), Events(stdout), rules, Event())
                answer = _losses(training.trainer(), request)
    finally:
        rules.close()
    stdout.write(json.dumps(answer))
    stdout.flush()


def _losses(trainer: TrustGRPOTrainer, request: dict[str, Any]) -> dict[str, Any]:
    """The first step with its responses given, through TRL's own way from questions to a loss."""
    processes = trainer.accelerator.num_processes
    share = len(request["responses"]) // processes
    first = trainer.accelerator.process_index * share
    own = slice(first, first + share)
    responses: list[list[int]] = request["responses"][own]
    rows = [trainer.train_dataset[i // trainer.num_generations] for i in range(first, first + share)]
    trainer._generate_single_turn = lambda *_, **__: (responses, None)
    trainer.model.train()
    batch = trainer._generate_and_score_completions(rows)
    prompts = [ids[mask.bool()].tolist() for ids, mask in zip(batch["prompt_ids"], batch["prompt_mask"], strict=True)]
    answer: dict[str, Any] = {
        "prompts": prompts,
        "advantages": batch["advantages"].tolist(),
        "step": trainer.rules.ask("weigh", step=1, groups=trainer.groups, ratings=trainer.ratings)
        if trainer.accelerator.is_main_process
        else None,
        "losses": [],
    }
    trainer.current_gradient_accumulation_steps = 1
    width = batch["completion_ids"].shape[1]
    batch["old_per_token_logps"] = torch.tensor(request["old"])[own, :width]
    for case in request["losses"]:
        trainer.loss_type, trainer.beta = case["lossType"], case["beta"]
        trainer.importance_sampling_level = case["importanceLevel"]
        if case["beta"] > 0:
            batch["ref_per_token_logps"] = torch.tensor(request["reference"])[own, :width]
        trainer.model.zero_grad()
        loss = trainer.compute_loss(trainer.model, batch)
        loss.backward()
        gradients = {
            name: parameter.grad.flatten().tolist()
            for name, parameter in trainer.model.named_parameters()
            if parameter.grad is not None and any(name.endswith(wanted) for wanted in request["weights"])
        }
        answer["losses"].append({"loss": loss.item(), "gradients": gradients})
    return answer


if __name__ == "__main__":
    main()
