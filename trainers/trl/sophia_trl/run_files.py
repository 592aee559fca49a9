"""The files of a run, as src/main/trainers/trl/run-file.ts declares them. Needs a plain Python."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Line:
    """A question as it is shown: the policy's messages, what a rater reads before a thinking, the picture's file."""

    id: str
    messages: list[dict[str, Any]]
    rating: str | None
    picture: Path | None


@dataclass(frozen=True)
class Run:
    """A run's settings and everything that they name."""

    folder: Path
    plan: dict[str, Any]
    lines: dict[str, Line]

    @property
    def settings(self) -> dict[str, Any]:
        """Settings, as the program names them."""
        return self.plan["settings"]


def read_run(folder: Path) -> Run:
    """Reads a run's folder."""
    plan = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    if plan.get("version") != 1:
        raise ValueError(f"{folder / 'run.json'}: version {plan.get('version')} is not known here")
    lines = {}
    with (folder / "questions.jsonl").open(encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            picture = line["picture"]
            lines[line["question"]["id"]] = Line(
                line["question"]["id"],
                line["messages"],
                line["rating"],
                None if picture is None else folder / "pictures" / picture,
            )
    return Run(folder, plan, lines)
