"""TRL trained on the responses that a native run drew, step for step: the same losses and gradients, or the trainers differ.

`python bench/study/replay.py HOME RUN FOLDER`: RUN is the number of a native run in HOME that kept all tokens
(`logging.tokensEvery: 1`); FOLDER is the same run as `study pack --set trainer=trl --set logging.tokensEvery=0` writes
it (PACK/runs/NAME). The variables MODEL_... say where its models lie, SOPHIA_NODE names a Node 24. Needs the
environment of trainer trl. Responses are put together from texts and the lengths of their tokens.
"""

from __future__ import annotations

import sqlite3
import struct
import sys
import tempfile
from pathlib import Path
from threading import Event
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "trainers" / "trl"))

from sophia_trl.events import Events  # noqa: E402
from sophia_trl.rules import Rules  # noqa: E402
from sophia_trl.run_files import read_run  # noqa: E402
from sophia_trl.training import Training, quiet  # noqa: E402

FIGURES = {"loss": "loss", "gradNorm": "grad_norm", "learningRate": "learning_rate", "kl": "kl", "entropy": "entropy"}


class Nowhere:
    """A stream for events that nobody records."""

    def write(self, text: str) -> int:
        """Takes text."""
        return len(text)

    def flush(self) -> None:
        """Does nothing."""


class Tokens:
    """Token ids of a response by its text and the characters that each token wrote (a tokenizer of whole words)."""

    def __init__(self, tokenizer: Any, end: int) -> None:
        self._tokenizer, self._end = tokenizer, end
        self._ids = {tokenizer.decode([id]): id for id in range(len(tokenizer)) if id != end}
        self.told_by_text = 0

    def of(self, text: str, lengths: tuple[int, ...], truncated: bool) -> list[int]:
        """The ids; those that the text alone gives where a token is not found."""
        ids, at = [], 0
        for length in lengths:
            piece, at = text[at : at + length], at + length
            begins = at == length or piece.startswith(" ")
            found = self._ids.get(piece.strip() if begins else f"##{piece}") if length else self._end
            if found is None:
                self.told_by_text += 1
                return self._tokenizer(text, add_special_tokens=False)["input_ids"] + [self._end] * (not truncated)
            ids.append(found)
        return ids


def main() -> None:
    """Replays a run and prints both trainers' figures of each step."""
    home, number, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    torch.set_num_threads(1)
    quiet()
    db = sqlite3.connect(f"file:{home}/sophia.db?mode=ro", uri=True)
    rows = db.execute(
        "SELECT step, name, value FROM metrics JOIN metric_names n ON n.id = metric_id WHERE run_id = ?", (number,)
    )
    native: dict[int, dict[str, float]] = {}
    for step, name, value in rows:
        native.setdefault(step, {})[name] = value
    rules, worst = Rules(folder), dict.fromkeys(FIGURES.values(), 0.0)
    try:
        with tempfile.TemporaryDirectory() as out:
            training = Training(read_run(folder), Path(out), Events(Nowhere()), rules, Event())
            trainer = training.trainer()
            tokens = Tokens(trainer._tokenizer, trainer.eos_token_ids[0])

            def drawn(*_: Any, **__: Any) -> tuple[list[list[int]], None]:
                kept = db.execute(
                    "SELECT text, truncated, data FROM responses r JOIN response_tokens t ON t.response_id = r.id "
                    "WHERE run_id = ? AND step = ? ORDER BY group_index, sample",
                    (number, trainer.step),
                )
                return [tokens.of(text, _lengths(data), truncated) for text, truncated, data in kept], None

            def compare(_: Any) -> None:
                step, update = trainer.state.global_step, trainer.updates[-1]
                words = []
                for theirs, ours in FIGURES.items():
                    a, b = update[theirs], native[step][ours]
                    worst[ours] = max(worst[ours], abs(a - b) / max(abs(b), 1e-6)) if step > 1 else 0.0
                    words.append(f"{ours} {a:.6g} {b:.6g}")
                print(f"step {step}: {'; '.join(words)}", flush=True)

            trainer._generate_single_turn = drawn
            trainer.on_step = compare
            trainer.train()
    finally:
        rules.close()
    print("largest relative differences:", {name: float(f"{value:.2g}") for name, value in worst.items()})
    print(f"responses whose tokens were told by their text alone: {tokens.told_by_text}")


def _lengths(data: bytes) -> tuple[int, ...]:
    """Characters of each token (src/shared/run/token-values.ts)."""
    count = struct.unpack_from("<I", data, 4)[0]
    return struct.unpack_from(f"<{count}H", data, 8)


if __name__ == "__main__":
    main()
