"""Runs a process and measures what it takes."""

import contextlib
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_SECONDS = 0.2
_OUT_OF_MEMORY = re.compile(
    r"OutOfMemory|MemoryError|out of memory|cannot allocate|memory allocation of",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"^\s*(at |File |\.\.\. |[~^]+$|<)|^\d\d/\d\d/\d\d .* (WARN|INFO) |^Picked up "
)


@dataclass(frozen=True)
class Measured:
    """What one process took; seconds are those it printed, or None if it failed."""

    seconds: float | None
    wall_seconds: float
    peak_memory_gib: float
    failure: str | None


def measure(
    command: list[str], environment: dict[str, str], log: Path, timeout: float
) -> Measured:
    """Runs the command in a process group of its own, which is ended with it."""
    started = time.monotonic()
    peak = 0
    late = False
    with log.open("w") as errors:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            while not late and not _has_ended(process):
                peak = max(peak, _peak_kib(process.pid))
                late = time.monotonic() - started > timeout
        finally:
            _end_group(process.pid)
    wall = time.monotonic() - started
    output = process.communicate()[0]
    if late:
        failure = f"time-out after {timeout:g} s"
    elif process.returncode != 0:
        failure = _reason(process.returncode, log.read_text(errors="replace"))
    else:
        failure = None
    seconds = None if failure else float(output.splitlines()[-1])
    return Measured(seconds, wall, peak / 2**20, failure)


def _has_ended(process: subprocess.Popen[str]) -> bool:
    try:
        process.wait(_SAMPLE_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _peak_kib(group: int) -> int:
    """The sum of the peaks (VmHWM) of the processes that the group has now."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            # After the name, which can hold spaces: state, parent, process group.
            if (
                int((process / "stat").read_text().rpartition(")")[2].split()[2])
                == group
            ):
                peak = re.search(r"VmHWM:\s*(\d+) kB", (process / "status").read_text())
                total += int(peak.group(1)) if peak else 0
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended meanwhile.
    return total


def _end_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _reason(code: int, log: str) -> str:
    """The line of the log that says best why the process failed."""
    lines = [
        line.strip()
        for line in log.splitlines()
        if not _NOISE.search(line) and line.strip()
    ]
    memory = [line for line in lines if _OUT_OF_MEMORY.search(line)]
    if memory:
        return f"out of memory: {memory[-1][:160]}"
    if code < 0:
        return f"killed by {signal.Signals(-code).name}" + (
            ", as it is when memory runs out" if code == -signal.SIGKILL else ""
        )
    return lines[-1][:160] if lines else f"exit code {code}"
