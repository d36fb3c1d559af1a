"""Sessions with the jar of the wheel, and those without."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pyspark
import pytest

import spark_cumsum

PROJECT = Path(__file__).parents[2]

pytestmark = pytest.mark.own_driver


def test_the_wheel_carries_the_jar_of_the_build() -> None:
    (built,) = (PROJECT / "target").glob("spark-cumsum_2.13-*.jar")
    assert Path(spark_cumsum.jar()).read_bytes() == built.read_bytes()
    assert "io/sparkcumsum/CumsumExtensions.class" in zipfile.ZipFile(built).namelist()


def test_spark_is_that_of_the_build() -> None:
    version = re.search("<spark.version>(.*)</spark.version>", (PROJECT / "pom.xml").read_text())
    assert version is not None
    assert pyspark.__version__ == version.group(1)


def run(code: str) -> str:
    """What a fresh Python prints, or the last line of its error."""
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    return process.stderr.strip().splitlines()[-1] if process.returncode else process.stdout.strip()


@pytest.mark.parametrize("then", ["", "spark.stop()"])
def test_a_session_that_was_started_cannot_get_it(then: str) -> None:
    output = run(f"""
import pyspark.sql, spark_cumsum
spark = pyspark.sql.SparkSession.builder.master("local[1]").getOrCreate()
{then}
spark_cumsum.configure(pyspark.sql.SparkSession.builder)
""")
    assert output.startswith("RuntimeError: A session without spark-cumsum was started before")


def test_a_session_says_that_it_has_none() -> None:
    output = run("""
import pyspark.sql, spark_cumsum
spark = pyspark.sql.SparkSession.builder.master("local[1]").getOrCreate()
spark.range(3).transform(spark_cumsum.cumsum_table("id", natural_order=True))
""")
    assert output.startswith(
        "RuntimeError: This session has no spark-cumsum. Start it with the jar"
    )


def test_other_jars_stay() -> None:
    output = run("""
import pyspark.sql, spark_cumsum
builder = pyspark.sql.SparkSession.builder.config("spark.jars", "other.jar")
print(spark_cumsum.configure(builder)._options["spark.jars"])
""")
    assert output == "other.jar," + spark_cumsum.jar()


def test_a_remote_session_has_the_jar_on_its_server() -> None:
    output = run("""
import pyspark.sql, spark_cumsum
spark_cumsum.configure(pyspark.sql.SparkSession.builder.remote("sc://localhost"))
""")
    assert output.startswith("RuntimeError: A session of Spark Connect runs on its server.")
    assert output.endswith("--jars " + spark_cumsum.jar())


def test_the_jar_can_come_from_a_repository(tmp_path: Path) -> None:
    (built,) = (PROJECT / "target").glob("spark-cumsum_2.13-*.jar")
    artifact = "spark-cumsum_2.13"
    version = built.stem.removeprefix(artifact + "-")
    folder = tmp_path / "repository/io/sparkcumsum" / artifact / version
    folder.mkdir(parents=True)
    shutil.copy(built, folder)
    shutil.copy(PROJECT / "pom.xml", folder / f"{built.stem}.pom")
    output = run(f"""
from pyspark.sql import SparkSession
builder = SparkSession.builder.master("local[1]")
builder = builder.config("spark.jars.packages", "io.sparkcumsum:{artifact}:{version}")
builder = builder.config("spark.jars.repositories", "{(tmp_path / "repository").as_uri()}")
spark = builder.config("spark.jars.ivy", "{tmp_path / "ivy"}").getOrCreate()
print(spark.sql("SELECT cumsum(array(1, 2, 3)) AS total").first().total)
""")
    assert output.endswith("[1, 3, 6]")
