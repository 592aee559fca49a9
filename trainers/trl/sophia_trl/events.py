"""Run events as JSON lines, numbered within the attempt (src/shared/run/event-lines.ts). Needs a plain Python."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any, TextIO


class Events:
    """Writes events in order. An event is an answer of the rules, which spell it as lines want it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._sequence = 0
        self.step = 0

    def write(self, events: list[dict[str, Any]]) -> None:
        """Writes events and sees them out of this process."""
        for event in events:
            self._sequence += 1
            self.step = event["step"]
            line = {"sequence": self._sequence, "at": int(time.time() * 1000), "event": event}
            self._stream.write(json.dumps(line, allow_nan=False, separators=(",", ":")) + "\n")
        self._stream.flush()


def own_stdout() -> TextIO:
    """Standard output for events alone: whatever else prints goes to standard error from now on."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return stream
