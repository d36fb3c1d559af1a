"""What the wheel takes from the Maven build beside it: the jar, and the version.

So it is built in its place, by pip wheel ./python; there is no source distribution.
"""

import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PROJECT = Path(__file__).resolve().parent.parent


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
        jars = list((_PROJECT / "target").glob("spark-cumsum_2.13-*.jar"))
        if len(jars) != 1:
            raise RuntimeError(
                f"The wheel needs the jar of 'mvn clean package', and there are: {jars}"
            )
        build_data["force_include"][str(jars[0])] = "spark_cumsum/spark-cumsum.jar"
