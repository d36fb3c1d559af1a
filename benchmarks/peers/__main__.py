"""Runs every system on every size and work, round by round."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.db import check as db_check
from benchmarks.db import data as db_data
from benchmarks.db.questions import QUESTIONS
from benchmarks.peers import check, data, machine
from benchmarks.peers.measure import measure
from benchmarks.peers.report import RIGHT, Run, ratio, table, write
from benchmarks.peers.systems import (
    COMET_VERSION,
    LIMITS,
    SUMS,
    SYSTEMS,
    WORKS,
    System,
    Task,
)

_DIRECTORY = Path("target/benchmarks").resolve()


def main() -> int:
    options = _options()
    jar = _jar()
    comet = _comet(needed=any(SYSTEMS[name].with_comet for name in options.systems))
    facts = machine.describe(jar) | {
        "date": datetime.now(UTC).isoformat(timespec="seconds")
    }
    settings = {
        "cores": options.cores,
        "driverMemory": options.driver_memory,
        "conf": dict(options.conf),
        "timeoutSeconds": options.timeout,
    }
    runs: list[Run] = []
    for rows in options.rows:
        for work in options.works:
            make = db_data.make if work in QUESTIONS else data.make
            source = make(rows, _DIRECTORY / "data")
            task = Task(
                work,
                source,
                _DIRECTORY / "scratch/output",
                options.cores,
                options.driver_memory,
                dict(options.conf),
                jar,
                comet,
            )
            here: list[Run] = []
            for run in _rounds(task, rows, options):
                print(
                    f"{rows:,} rows, {work}, round {run.round},",
                    f"{run.system}: {run.answer}",
                    file=sys.stderr,
                )
                here.append(run)
                write(_DIRECTORY / "peers.json", facts, settings, runs + here)
            runs += here
            print(f"\n{rows:,} rows, {work}\n{table(here)}")
            print("".join(_ratios(here, work)), flush=True)
    return 1 if any(run.answer.startswith("WRONG") for run in runs) else 0


def _rounds(task: Task, rows: int, options: argparse.Namespace) -> Iterator[Run]:
    """Runs the systems by turns. One that failed is left out of the next rounds."""
    systems = [name for name in options.systems if task.work in SYSTEMS[name].works]
    for number in range(1, 1 + options.rounds):
        for name in list(systems):
            run = _run(name, task, rows, number, options.timeout)
            if run.answer != RIGHT:
                systems.remove(name)
            yield run


def _ratios(runs: list[Run], work: str) -> Iterator[str]:
    for limit in LIMITS:
        if limit.work == work:
            names = SYSTEMS[limit.system].name, SYSTEMS[limit.limit].name
            if line := ratio(runs, *names, limit.target):
                yield f"{line}\n"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/peers/run", description=__doc__)
    sizes = [5_000_000, 20_000_000, 80_000_000]
    parser.add_argument(
        "--rows", type=_rows, nargs="+", default=sizes, help="default: %(default)s"
    )
    parser.add_argument(
        "--works",
        nargs="+",
        choices=WORKS,
        default=SUMS,
        help="default: the running sums, %(default)s",
    )
    parser.add_argument(
        "--systems",
        nargs="+",
        choices=SYSTEMS,
        default=[name for name, system in SYSTEMS.items() if not system.with_comet],
        help="default: all but those with Comet",
    )
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    cores = len(os.sched_getaffinity(0))
    parser.add_argument(
        "--cores", type=int, default=cores, help="default: all, %(default)s"
    )
    parser.add_argument(
        "--driver-memory", default="8g", help="of Spark; default: %(default)s"
    )
    parser.add_argument(
        "--conf",
        type=_setting,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of Spark; may be repeated",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=600,
        help="seconds of a run; default: %(default)s",
    )
    return parser.parse_args()


def _setting(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, value


def _rows(text: str) -> int:
    rows = int(text)
    if rows < data.FILES or rows % data.FILES:
        raise argparse.ArgumentTypeError(
            f"{rows} is no multiple of {data.FILES}, the files"
        )
    return rows


def _jar() -> Path:
    jars = list(Path("target").resolve().glob("spark-cumsum_2.13-*.jar"))
    if len(jars) != 1:
        sys.exit(
            f"There has to be one jar, of mvn clean package, but there are: {jars}"
        )
    return jars[0]


def _comet(*, needed: bool) -> Path:
    """Comet's jar, of 100 MB, which is fetched when a system first needs it."""
    name = "comet-spark-spark4.1_2.13"
    jar = _DIRECTORY / f"comet/{name}-{COMET_VERSION}.jar"
    if needed and not jar.exists():
        artifact = f"-Dartifact=org.apache.datafusion:{name}:{COMET_VERSION}"
        to = f"-DoutputDirectory={jar.parent}"
        subprocess.run(["mvn", "-B", "-q", "dependency:copy", artifact, to], check=True)
    return jar


def _run(name: str, task: Task, rows: int, number: int, timeout: float) -> Run:
    """Runs a system once and checks its answer."""
    system = SYSTEMS[name]
    scratch = task.target.parent
    shutil.rmtree(scratch, ignore_errors=True)
    task.target.mkdir(parents=True)
    data.bring_into_memory(task.source)
    log = _DIRECTORY / "logs" / f"{rows}-{task.work}-{name}-{number}.log"
    log.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.peers.child"]
    command.append(json.dumps([name, asdict(task)], default=str))
    measured = measure(command, _with_temporary_files_in(scratch), log, timeout)
    answer = (
        f"failed: {measured.failure}"
        if measured.failure
        else _answer(system, task, rows)
    )
    shutil.rmtree(scratch)
    return Run(
        rows,
        task.work,
        system.name,
        system.version,
        number,
        measured.seconds,
        round(measured.wall_seconds, 2),
        round(measured.peak_memory_gib, 2),
        answer,
    )


def _answer(system: System, task: Task, rows: int) -> str:
    has_sum = system.total == "running sum"
    if task.work in QUESTIONS:
        complaint = db_check.answer(task.work, task.source, task.target)
    elif task.work == "natural":
        starts = data.row_group_starts(rows) if system.is_spark else np.array([0])
        complaint = check.natural(task.target, rows, starts, has_sum)
    elif has_sum:
        complaint = check.ordered(task.target, rows)
    else:
        complaint = check.sorted_copy(task.target, rows, system.total == "any")
    return f"WRONG: {complaint}" if complaint else RIGHT


def _with_temporary_files_in(directory: Path) -> dict[str, str]:
    """The environment in which a run that is killed leaves nothing elsewhere."""
    return os.environ | {
        "TMPDIR": str(directory),
        "SPARK_LOCAL_DIRS": str(directory),
        "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={directory}",
    }


if __name__ == "__main__":
    sys.exit(main())
