"""Checkpoints: TRL's own folder, made a model's folder that the program loads, under the program's name for it."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATE = "sophia.json"
"""What the rules want back on resume, beside TRL's own files."""

SIDE_FILE = re.compile(r"\.(?:json|jinja|txt|model)$|^LICENSE", re.IGNORECASE)
NOT_SIDE = re.compile(r"\.index\.json$|^(?:trainer|adapter_config|trainer_state|training_args|sophia)\.json$")
"""A model's files beside its weights come over from the folder that the policy came from, as natively."""


def side_files(policy: Path) -> list[Path]:
    """The files of a model beside its weights: configuration, processor, tokenizer, templates, licence."""
    return [
        path
        for path in sorted(policy.iterdir())
        if path.is_file() and SIDE_FILE.search(path.name) and not NOT_SIDE.search(path.name)
    ]


@dataclass
class State:
    """Where a run stands: tokens generated so far, and the state of the watch for reward hacking."""

    config_hash: str
    tokens: int = 0
    watch: Any = None


def finish(made: Path, named: Path, policy: Path, state: State) -> None:
    """Completes a folder that TRL has written and gives it its name, at once or not at all."""
    for path in side_files(policy):
        shutil.copyfile(path, made / path.name)
    record = {"configHash": state.config_hash, "tokens": state.tokens, "watch": state.watch}
    (made / STATE).write_text(json.dumps(record), encoding="utf-8")
    for path in made.rglob("*"):
        if path.is_dir():  # DeepSpeed's state lies in folders
            continue
        with path.open("rb") as file:
            os.fsync(file.fileno())
    if named.exists():
        shutil.rmtree(named)
    named.parent.mkdir(parents=True, exist_ok=True)
    made.rename(named)


def read_state(checkpoint: Path, config_hash: str) -> State:
    """The state of a checkpoint; refuses one that was made with other settings."""
    try:
        record = json.loads((checkpoint / STATE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{checkpoint} was not made by trainer trl (it has no {STATE})") from None
    if record["configHash"] != config_hash:
        raise ValueError(f"Checkpoint {checkpoint} was made with other settings. Start a new run.")
    return State(config_hash, record["tokens"], record["watch"])
