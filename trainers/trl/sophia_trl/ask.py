"""Asks a run's rules by hand: `python -m sophia_trl.ask FOLDER` reads requests as JSON lines and prints the answers.

A plain Python runs it, so the rules can be tried without PyTorch.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from .rules import Rules, RulesError


def main() -> None:
    """Answers every line; a refusal is one too. `--timeout SECONDS` and the words of a program may follow."""
    folder, *more = sys.argv[1:]
    timeout = 600.0
    if more[:1] == ["--timeout"]:
        timeout, more = float(more[1]), more[2:]
    rules = Rules(Path(folder), program=more or None, timeout=timeout)
    try:
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = rules.ask(request.pop("ask"), **request)
            except RulesError as error:
                answer = {"error": {"code": error.code, "message": str(error)}}
            print(json.dumps({"starts": rules.starts, **answer}), flush=True)
    finally:
        rules.close()


if __name__ == "__main__":
    main()
