"""What is told of the runs: a table on the screen, and JSON."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

RIGHT = "right"


@dataclass(frozen=True)
class Run:
    """One run; its names are those of the JSON."""

    rows: int
    work: str
    system: str
    version: str
    round: int
    seconds: float | None
    wallSeconds: float
    peakMemoryGib: float
    answer: str


def write(
    path: Path, machine: dict[str, object], settings: dict[str, object], runs: list[Run]
) -> None:
    """Replaces the file at once, so that a stopped benchmark leaves a whole one."""
    unfinished = path.with_suffix(".unfinished")
    content = {
        "machine": machine,
        "settings": settings,
        "runs": [asdict(run) for run in runs],
    }
    unfinished.write_text(json.dumps(content, indent=2) + "\n")
    unfinished.rename(path)


def table(runs: list[Run]) -> str:
    """The runs of one work at one size, a line for each system."""
    width = max(len(run.system) for run in runs)
    form = f"{{:<{width}}} {{:<22}} {{:>8}} {{:>8}} {{:>8}} {{:>8}} {{:>8}}  {{}}"
    heads = (
        "system",
        "version",
        "median s",
        "min s",
        "max s",
        "wall s",
        "peak GiB",
        "answer",
    )
    lines = [form.format(*heads)]
    for system in dict.fromkeys(run.system for run in runs):
        of_system = [run for run in runs if run.system == system]
        seconds = [run.seconds for run in of_system if run.seconds is not None]
        shown = (
            [f"{value:.2f}" for value in (median(seconds), min(seconds), max(seconds))]
            if seconds
            else ["-"] * 3
        )
        wall = f"{median(run.wallSeconds for run in of_system):.2f}"
        peak = f"{max(run.peakMemoryGib for run in of_system):.2f}"
        answers = dict.fromkeys(run.answer for run in of_system)
        version = of_system[0].version
        lines.append(
            form.format(system, version, *shown, wall, peak, "; ".join(answers))
        )
    return "\n".join(lines)


def ratio(runs: list[Run], system: str, limit: str, target: float | None) -> str | None:
    """The ratios of their seconds in rounds where both were right, if there are any."""
    seconds = {
        (run.system, run.round): run.seconds
        for run in runs
        if run.answer == RIGHT and run.seconds is not None
    }
    ratios = [
        seconds[system, number] / value
        for (name, number), value in seconds.items()
        if name == limit and (system, number) in seconds
    ]
    if not ratios:
        return None
    shown = f"{min(ratios):.2f}, {median(ratios):.2f}, {max(ratios):.2f}"
    wanted = f", target at most {target:.2f}" if target else ""
    return f"{system} / {limit}: min, median, max {shown}{wanted}"
