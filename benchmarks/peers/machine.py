"""What the benchmark ran on."""

import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path

_PACKAGES = (
    "dask",
    "datafusion",
    "duckdb",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "pyspark",
)


def describe(jar: Path) -> dict[str, object]:
    distribution = platform.freedesktop_os_release()["PRETTY_NAME"]
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    java = (
        Path(os.environ["JAVA_HOME"], "bin/java")
        if "JAVA_HOME" in os.environ
        else "java"
    )
    java_version = subprocess.run(
        [java, "-version"], check=True, capture_output=True, text=True
    ).stderr
    versions = {package: metadata.version(package) for package in _PACKAGES}
    return {
        "cpu": model.group(1) if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memoryGib": round(memory / 2**30, 1),
        "os": f"{distribution}, Linux {platform.release()}",
        "python": platform.python_version(),
        "java": java_version.splitlines()[0],
        "versions": versions
        | {"spark-cumsum": jar.stem.partition("-")[2].partition("-")[2]},
    }
