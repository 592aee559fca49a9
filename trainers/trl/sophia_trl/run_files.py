"""The files of a run, as src/main/trainers/trl/run-file.ts declares them. Needs a plain Python."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PICTURES = "SOPHIA_PICTURES"
"""The variable that names a folder of pictures that runs share."""


@dataclass(frozen=True)
class Line:
    """A question as it is shown: the policy's messages, what a rater reads before a thinking, its pictures' files."""

    id: str
    messages: list[dict[str, Any]]
    rating: str | None
    pictures: list[Path]  # in the order in which the messages show them


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
    plan = read_plan(folder)
    for part in (plan["policy"], plan["rater"]):
        if part is not None:
            part["folder"] = model_folder(part["folder"])
    lines = {}
    with (folder / "questions.jsonl").open(encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            lines[line["question"]["id"]] = Line(
                line["question"]["id"],
                line["messages"],
                line["rating"],
                [picture_file(folder / plan["assets"], name) for name in picture_names(line)],
            )
    return Run(folder, plan, lines)


def picture_names(line: dict[str, Any]) -> list[str]:
    """The files of a question's pictures, in the order in which it shows them; packages of before name one alone."""
    named = line.get("pictures", [line.get("picture")])
    return [name for name in named if name is not None]


def picture_file(assets: Path, name: str) -> Path:
    """Where a picture lies: in the folder that a variable names, where runs share one, else beside the run."""
    shared = os.environ.get(PICTURES, "")
    return assets / "pictures" / name if shared == "" else picture_in(Path(shared), name)


def picture_in(folder: Path, name: str) -> Path:
    """A picture of a shared folder, which may hold many thousands."""
    return folder / name[:2] / name


def read_plan(folder: Path) -> dict[str, Any]:
    """What run.json holds."""
    plan = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    if plan.get("version") != 1:
        raise ValueError(f"{folder / 'run.json'}: version {plan.get('version')} is not known here")
    return plan


def rules_file(folder: Path) -> Path:
    """The rules of a run."""
    return folder / read_plan(folder)["assets"] / "rules.mjs"


def model_folder(name: str) -> str:
    """The folder of a model as run.json names it: itself, or "$NAME" for what a variable of the environment says."""
    if not name.startswith("$"):
        return name
    folder = os.environ.get(name[1:], "")
    if folder == "":
        raise ValueError(f"No folder is given for the model {name}: set it in site.env, or in the environment.")
    return folder
