"""What the package takes from the Maven build beside it: the jar, and the version.

A source distribution has taken both, so that a wheel can be built from it without Maven.
"""

import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PYTHON = Path(__file__).resolve().parent
_PROJECT = _PYTHON.parent
_JAR = "spark_cumsum/spark-cumsum.jar"


def version() -> str:
    """The version of the pom, in the spelling of Python."""
    pom = (_PROJECT / "pom.xml").read_text()
    found = re.search(r"<artifactId>spark-cumsum_.*?<version>(.*?)</version>", pom, re.S)
    if not found:
        raise RuntimeError("pom.xml has no version of spark-cumsum")
    return found.group(1).replace("-SNAPSHOT", ".dev0")


class JarHook(BuildHookInterface[Any]):
    """Puts the jar into the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if (_PYTHON / "src" / _JAR).exists():
            return
        jars = list((_PROJECT / "target").glob("spark-cumsum_2.13-*.jar"))
        if len(jars) != 1:
            raise RuntimeError(
                f"The package needs the jar of 'mvn clean package', and there are: {jars}"
            )
        place = f"src/{_JAR}" if self.target_name == "sdist" else _JAR
        build_data["force_include"][str(jars[0])] = place
