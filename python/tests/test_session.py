"""Sessions with the jar of the wheel, and those without."""

import re
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
    """What a fresh Python prints, its last line."""
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    return (process.stdout + process.stderr).strip().splitlines()[-1]


def test_a_session_that_is_running_cannot_get_it() -> None:
    output = run("""
import pyspark.sql, spark_cumsum
spark = pyspark.sql.SparkSession.builder.master("local[1]").getOrCreate()
try:
    spark.range(3).transform(spark_cumsum.cumsum_table("id", natural_order=True))
except RuntimeError as error:
    print(error)
spark_cumsum.configure(pyspark.sql.SparkSession.builder)
""")
    assert output.startswith("RuntimeError: A session without spark-cumsum is running")


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
