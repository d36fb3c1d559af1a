"""The shell spark-sql with the jar, and views in a metastore of Hive."""

import re
import subprocess
from pathlib import Path

import pytest

import spark_cumsum
from servers import ENVIRONMENT, SPARK_HOME

pytestmark = pytest.mark.own_driver

WITH_JAR = ("--jars", spark_cumsum.jar())


def spark_sql(directory: Path, sql: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """A shell whose metastore and tables are in the directory."""
    command = [str(SPARK_HOME / "bin/spark-sql"), "--master", "local[2]"]
    command += ["--conf", "spark.ui.enabled=false", *options, "-e", sql]
    return subprocess.run(
        command, cwd=directory, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )


def test_views(tmp_path: Path) -> None:
    created = spark_sql(
        tmp_path,
        """
        CREATE TABLE numbers USING parquet AS SELECT * FROM range(100);
        CREATE VIEW by_window AS SELECT id, sum(id) OVER (ORDER BY id) AS total FROM numbers;
        CREATE VIEW by_function AS
          SELECT id, total FROM cumsum_table(TABLE(numbers), 'id', order_by => 'id', out => 'total')
        """,
        *WITH_JAR,
    )
    assert created.returncode == 0, created.stderr

    by_window = "SELECT max(total) FROM by_window; EXPLAIN SELECT * FROM by_window"
    by_function = by_window.replace("by_window", "by_function")
    shown = spark_sql(tmp_path, f"{by_window}; {by_function}", *WITH_JAR)
    assert shown.returncode == 0, shown.stderr
    assert re.findall(r"^\d+$|PrefixScan", shown.stdout, re.MULTILINE) == ["4950", "PrefixScan"] * 2

    # Without the jar a window is Spark's again, and the function is not known.
    shown = spark_sql(tmp_path, f"{by_window}; {by_function}")
    assert re.findall(r"^\d+$|PrefixScan", shown.stdout, re.MULTILINE) == ["4950"]
    assert shown.returncode != 0
    assert "`cumsum_table`" in shown.stderr
