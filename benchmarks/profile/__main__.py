"""Prints where the time of a work of a system on Spark goes, of one run in this process.

async-profiler takes samples of the CPU time of all threads of the JVM while the work
runs, with their stacks. A sample counts for the innermost of its frames that a rule in
_RULES knows: what Parquet's writer hands to Snappy counts for Snappy, and what a method
without a rule takes for its caller.
"""

import os
import re
import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.peers.systems import SYSTEMS, Task

_DIRECTORY = Path("target/benchmarks").resolve()

_RULES = {
    "loading and linking classes": r"ClassLoader|linkCallSite|deserializeLambda",
    "Snappy, decompressing": r"xerial/snappy.*[uU]ncompress|SnappyDecompressor",
    "Snappy, compressing": r"xerial/snappy|SnappyCompressor",
    "reading Parquet": r"parquet/.*Read|datasources/parquet/(Vectorized|ParquetFooter)",
    "writing Parquet": r"parquet/.*Writ",
    "compressing what is shuffled": r"jpountz/lz4|compress/lz4|github/luben",
    "sorting": r"unsafe/sort/|execution/UnsafeExternalRowSorter",
    "shuffling": r"apache/spark/(shuffle|serializer|network)|UnsafeRowSerializer",
    "compiling generated code": r"codehaus/(janino|commons)|codegen/CodeGenerator",
    "generated code": r"GeneratedClass\$",
    "spark-cumsum": r"io/sparkcumsum/",
    "writing to the file system": r"hadoop/fs/",
}
_REST = "the rest"
_INTERVAL_MS = 2


def main() -> None:
    rows, profiler, began = int(sys.argv[1]), Path(sys.argv[2]).resolve(), sys.argv[3]
    work_name, system = sys.argv[4], sys.argv[5]
    scratch = _DIRECTORY / "profile/scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    jar = next(Path("target").resolve().glob("spark-cumsum_2.13-*.jar"))
    cores = len(os.sched_getaffinity(0))
    source = _DIRECTORY / "data" / str(rows)
    no_comet = Path()
    task = Task(work_name, source, scratch / "output", cores, "8g", {}, jar, no_comet)
    samples = profiler.with_name("samples")
    os.environ["PYSPARK_SUBMIT_ARGS"] = f"--driver-class-path {profiler} pyspark-shell"
    os.chdir(scratch)

    work = SYSTEMS[system].start(task)
    ready = time.time()

    from pyspark.sql import SparkSession

    spark = SparkSession.active()
    jvm: Any = spark._jvm
    asyncprofiler = jvm.one.profiler.AsyncProfiler.getInstance()
    # ctimer needs no right to use the kernel's performance events.
    asyncprofiler.execute(f"start,event=ctimer,interval={_INTERVAL_MS}ms,threads")
    started = time.time()
    work()
    ended = time.time()
    asyncprofiler.execute(f"stop,collapsed,threads,ann,file={samples}")
    print(f"{SYSTEMS[system].name}, {rows:,} rows, {work_name}, {cores} cores\n")
    _print_phases(float(began), ready, started, ended, _jobs(spark))
    print()
    _print_shares(samples.read_text().splitlines(), ended - started)


def _jobs(spark: Any) -> list[tuple[str, float, float]]:
    """Of each of Spark's jobs the description, and the seconds of its start and end."""
    jobs = spark.sparkContext._jsc.sc().statusStore().jobsList(None)
    found = []
    for number in range(jobs.size()):
        job = jobs.apply(number)
        description = job.description()
        found.append(
            (
                description.get() if description.isDefined() else "",
                job.submissionTime().get().getTime() / 1000,
                job.completionTime().get().getTime() / 1000,
            )
        )
    return sorted(found, key=lambda job: job[1])


def _print_phases(
    began: float,
    ready: float,
    started: float,
    ended: float,
    jobs: list[tuple[str, float, float]],
) -> None:
    print("wall seconds")
    print(f"  {'process start to session ready':<44}{ready - began:8.2f}")
    print(f"  {'the work':<44}{ended - started:8.2f}")
    for description, start, end in jobs:
        shown = (description or "reading, sorting, writing")[:40]
        after = start - started
        print(f"    {shown:<42}{end - start:8.2f}, from {after:.2f} on")
    print(f"    {'commit':<42}{ended - jobs[-1][2]:8.2f}")


def _print_shares(lines: list[str], seconds: float) -> None:
    threads: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    tiers: Counter[str] = Counter()
    for line in lines:
        stack, _, text = line.rpartition(" ")
        count = int(text)
        thread, *frames = stack.split(";")
        kind = _thread(thread)
        threads[kind] += count
        if kind == "executors":
            parts[_part(frames)] += count
            tiers[_tier(frames)] += count
    print(f"CPU time of the {seconds:.2f} seconds of the work, by threads")
    _print_counts(threads)
    print("\nof the executors'")
    _print_counts(parts)
    print("\nof the executors', by how the Java method on top ran")
    _print_counts(tiers)


def _print_counts(counts: Counter[str]) -> None:
    for name, count in counts.most_common():
        seconds = count * _INTERVAL_MS / 1000
        print(f"  {name:<34}{count / counts.total():8.1%}{seconds:9.2f} s")


def _thread(name: str) -> str:
    if name.startswith("[Executor task launch"):
        return "executors"
    if "CompilerThre" in name:
        return "JIT compilers"
    if re.match(r"\[(GC |G1 |VM Thread)", name):
        return "garbage collector, VM"
    return "driver, and other threads"


def _part(frames: list[str]) -> str:
    for frame in reversed(frames):
        for part, rule in _RULES.items():
            if re.search(rule, frame):
                return part
    return _REST


def _tier(frames: list[str]) -> str:
    names = {"0": "interpreted", "1": "compiled by C1", "j": "compiled by C2"}
    for frame in reversed(frames):
        # What is inlined, _[i], is of the tier of the method that it is inlined in.
        if tier := re.search(r"_\[([01j])\]$", frame):
            return names[tier.group(1)]
    return "none"


if __name__ == "__main__":
    main()
