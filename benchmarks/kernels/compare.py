"""Runs both sides in turn, so that what the machine does meanwhile meets both, and compares them.

The kernels of a function run in one JVM that has warmed up all of them, so none is compiled for its
own type only.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np

# The heap of an executor that has run for a while: its pages have been touched before.
HEAP = ["-Xms4g", "-Xmx4g", "-XX:+UseG1GC", "-XX:+AlwaysPreTouch"]
RESULT = Path("target/benchmarks/kernels.json")

SAME = [f"{dtype} {dtype}" for dtype in ("int8", "int16", "int32")]
PROMOTED = [f"{dtype} int64" for dtype in ("bool", "int8", "int16", "int32")]
KEPT = ["int64 int64", "float32 float32", "float64 float64"]
TYPES = {
    "cumsum": [*PROMOTED, *KEPT, *SAME],
    "cumprod": [*PROMOTED, *KEPT, *SAME],
    "cummax": ["bool bool", *SAME, *KEPT],
    "cummin": ["bool bool", *SAME, *KEPT],
}


def java_command(function, result):
    java = (
        Path(os.environ["JAVA_HOME"], "bin/java")
        if "JAVA_HOME" in os.environ
        else "java"
    )
    classpath = Path("target/benchmarks/classpath").read_text().strip()
    return [
        str(java),
        "@target/test-classes/java-options",
        *HEAP,
        "-cp",
        f"target/test-classes:target/classes:{classpath}",
        "org.openjdk.jmh.Main",
        "KernelBenchmark",
        *("-p", f"function={function}", "-p", "types=" + ",".join(TYPES[function])),
        *("-f", "0", "-wm", "BULK", "-v", "SILENT"),
        *("-rf", "json", "-rff", result),
    ]


def time_java(functions):
    """The times in ns an element by function, types, length and ANSI, and the JVM."""
    times = {}
    for function in functions:
        result = "target/benchmarks/kernels-jmh.json"
        subprocess.run(
            java_command(function, result),
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        runs = json.loads(Path(result).read_text())
        for run in runs:
            params = run["params"]
            length = int(params["length"])
            key = (function, params["types"], length, params["ansi"] == "true")
            times[key] = run["primaryMetric"]["score"] / length
    return times, f"{runs[0]['vmName']} {runs[0]['vmVersion']}"


def time_numpy(cells):
    # What tunes OpenBLAS tunes nothing here; the other side has no such help.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    script = Path(__file__).with_name("time_numpy.py")
    done = subprocess.run(
        [sys.executable, str(script)],
        input=json.dumps(cells),
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(zip(cells, json.loads(done.stdout)))


def cpu():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def spread(values):
    return f"{statistics.median(values):6.2f} ({min(values):.2f}-{max(values):.2f})"


def print_ratios(report):
    """One line for each function and types: the median ratios by length, without ANSI / with it."""
    lengths = sorted({row["length"] for row in report})
    heads = " ".join(f"{length:>11,}" for length in lengths)
    print(f"NumPy / kernel: medians\n{'function':<8} {'types':<16} {heads}")
    lines = {}
    for row in report:
        medians = [
            f"{statistics.median(row[key]):.2f}"
            for key in ("kernel: ratio", "kernel, ANSI: ratio")
            if key in row
        ]
        lines.setdefault((row["function"], row["types"]), []).append(
            " / ".join(medians)
        )
    for (function, types), texts in lines.items():
        print(f"{function:<8} {types:<16} " + " ".join(f"{text:>11}" for text in texts))


def main():
    rounds = int(sys.argv[1])
    functions = sys.argv[2:] or list(TYPES)
    java, numpy = {}, {}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        times, jvm = time_java(functions)
        for key, value in times.items():
            java.setdefault(key, []).append(value)
        for cell, value in time_numpy([key[:3] for key in times if not key[3]]).items():
            numpy.setdefault(cell, []).append(value)

    versions = {
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "jvm": jvm,
        "jvm options": HEAP,
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    print(json.dumps(versions, indent=2))
    print(
        "ns an element: median (least-most) of the rounds; the ratio is NumPy / kernel by round"
    )
    columns = (
        "function",
        "types",
        "length",
        "numpy",
        "kernel",
        "ratio",
        "kernel, ANSI",
        "ratio, ANSI",
    )
    print("{:<8} {:<16} {:>8}  {:>18} {:>18} {:>18} {:>18} {:>18}".format(*columns))
    report = []
    for (function, types, length), theirs in numpy.items():
        row = {"function": function, "types": types, "length": length, "numpy": theirs}
        texts = [spread(theirs)]
        for name, ansi in (("kernel", False), ("kernel, ANSI", True)):
            if ansi and (types.startswith("float") or function in ("cummax", "cummin")):
                continue
            ours = java[function, types, length, ansi]
            ratios = [their / our for their, our in zip(theirs, ours)]
            row |= {name: ours, name + ": ratio": ratios}
            texts += [spread(ours), spread(ratios)]
        report.append(row)
        print(
            f"{function:<8} {types:<16} {length:>8}  "
            + " ".join(f"{text:>18}" for text in texts)
        )
    print_ratios(report)
    RESULT.write_text(json.dumps({"machine": versions, "results": report}, indent=2))


if __name__ == "__main__":
    main()
