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
from servers import ENVIRONMENT, SPARK_HOME

PROJECT = Path(__file__).parents[2]

pytestmark = pytest.mark.processes


def test_the_wheel_carries_the_jar_of_the_build() -> None:
    (built,) = (PROJECT / "target").glob("spark-cumsum_2.13-*.jar")
    assert Path(spark_cumsum.jar()).read_bytes() == built.read_bytes()
    assert "io/sparkcumsum/CumsumExtensions.class" in zipfile.ZipFile(built).namelist()


def test_spark_is_that_of_the_build() -> None:
    version = re.search("<spark.version>(.*)</spark.version>", (PROJECT / "pom.xml").read_text())
    assert version is not None
    assert pyspark.__version__ == version.group(1)


def run(code: str, folder: Path | None = None) -> str:
    """What a fresh Python prints, or the last line of its error."""
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
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


# Its metastore and its warehouse are in the working directory.
HIVE = """
import json, pyspark.errors, pyspark.sql, spark_cumsum
def start(builder):
    builder = builder.master("local[1]").config("spark.ui.enabled", "false")
    return builder.enableHiveSupport().getOrCreate()
def rows(query):
    return json.dumps([list(row) for row in spark.sql(query).collect()])
def error(query):
    try:
        return rows(query)
    except pyspark.errors.AnalysisException as error:
        return str(error).splitlines()[0]
"""


def test_a_metastore_keeps_what_calls_the_functions(tmp_path: Path) -> None:
    output = run(
        HIVE
        + """
spark = start(spark_cumsum.configure(pyspark.sql.SparkSession.builder))
for statement in [
    "CREATE TABLE rain (day INT, mm INT, hours ARRAY<INT>) USING parquet",
    "INSERT INTO rain VALUES (2, 5, array(1, 4)), (1, 10, array(7, 3))",
    "CREATE VIEW by_hour AS SELECT day, cumsum(hours) AS mm FROM rain",
    "CREATE VIEW by_day AS SELECT day, mm_cumsum FROM"
    " cumsum_table(TABLE(rain), 'mm', order_by => 'day')",
    "CREATE VIEW windows AS SELECT day, sum(mm) OVER (ORDER BY day) AS total FROM rain",
    "CREATE FUNCTION total(x ARRAY<INT>) RETURNS BIGINT RETURN element_at(cumsum(x), -1)",
    "ALTER TABLE rain ADD COLUMN daily ARRAY<BIGINT> DEFAULT cumsum(array(1, 2))",
]:
    spark.sql(statement)
""",
        tmp_path,
    )
    assert output == ""

    output = run(
        HIVE
        + """
spark = start(spark_cumsum.configure(pyspark.sql.SparkSession.builder))
spark.stop()
spark = start(pyspark.sql.SparkSession.builder)
print(rows("SELECT * FROM by_hour ORDER BY day"))
print(rows("SELECT * FROM by_day"))
print(rows("SELECT total(hours) FROM rain ORDER BY day"))
spark.sql("INSERT INTO rain (day) VALUES (3)")
print(rows("SELECT day, daily FROM rain ORDER BY day"))
spark.sql("CREATE OR REPLACE TEMPORARY FUNCTION cumsum AS"
          " 'org.apache.hadoop.hive.ql.udf.generic.GenericUDFUpper'")
print(rows("SELECT cumsum('own')"))
""",
        tmp_path,
    )
    assert output.splitlines() == [
        "[[1, [7, 10]], [2, [1, 5]]]",
        "[[1, 10], [2, 15]]",
        "[[10], [5]]",
        "[[1, [1, 3]], [2, [1, 3]], [3, [1, 3]]]",
        '[["OWN"]]',
    ]

    shell = [str(SPARK_HOME / "bin/spark-sql"), "--master", "local[2]", "--jars"]
    shell += [spark_cumsum.jar(), "-e", "SELECT * FROM by_day; EXPLAIN SELECT * FROM windows"]
    process = subprocess.run(shell, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True)
    assert process.stdout.startswith("1\t10\n2\t15\n"), process.stderr
    assert "PrefixScan" in process.stdout

    output = run(
        HIVE
        + """
spark = start(pyspark.sql.SparkSession.builder)
for query in [
    "SELECT * FROM by_hour",
    "SELECT * FROM by_day",
    "SELECT total(array(1, 2))",
    "INSERT INTO rain (day) VALUES (4)",
]:
    print(error(query))
print(rows("SELECT * FROM windows"))
print(rows("SELECT day, daily FROM rain ORDER BY day"))
""",
        tmp_path,
    )
    errors, stored = output.splitlines()[:4], output.splitlines()[4:]
    assert errors[0].startswith("[UNRESOLVED_ROUTINE] Cannot resolve routine `cumsum`")
    assert errors[1].startswith("[UNRESOLVABLE_TABLE_VALUED_FUNCTION]")
    assert "`cumsum_table`" in errors[1]
    assert errors[2].startswith("[UNRESOLVED_ROUTINE] Cannot resolve routine `cumsum`")
    assert errors[3].startswith("[INVALID_DEFAULT_VALUE.UNRESOLVED_EXPRESSION]")
    assert "cumsum(array(1, 2))" in errors[3]
    assert stored == ["[[1, 10], [2, 15], [3, 15]]", "[[1, [1, 3]], [2, [1, 3]], [3, [1, 3]]]"]
