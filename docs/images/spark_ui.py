"""Runs a window, and takes its plan in the Spark UI as a picture. It needs Chromium.

target/python/venv/bin/python docs/images/spark_ui.py docs/images/spark-ui.png
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

import spark_cumsum

SHOWN = [
    "PrefixScan",
    "number of output rows: 2,000,000",
    "number of partitions: 8",
    "partition totals time",
    "exclusive offsets time",
    "offset pass time",
]


def chromium(url: str, *options: str) -> str:
    """Opens a page, and gives what Chromium prints."""
    with tempfile.TemporaryDirectory() as profile:
        command = [os.environ.get("CHROMIUM", "chromium"), "--headless=new", "--no-sandbox"]
        command += ["--hide-scrollbars", "--window-size=760,960", "--virtual-time-budget=20000"]
        command += [f"--user-data-dir={profile}", *options, url]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


picture = Path(sys.argv[1]).resolve()
builder = SparkSession.builder.master("local[2]").config("spark.ui.showConsoleProgress", "false")
builder = builder.config("spark.driver.host", "127.0.0.1")
builder = builder.config("spark.cumsum.singlePartitionThreshold", "0")
spark = spark_cumsum.configure(builder).getOrCreate()

rows = spark.range(0, 2_000_000, 1, 8).selectExpr("id", "id % 97 AS x")
in_order = Window.orderBy(F.monotonically_increasing_id())
rows.withColumn("total", F.sum("x").over(in_order)).write.format("noop").mode("overwrite").save()

url = f"{spark.sparkContext.uiWebUrl}/SQL/execution/?id=0"
# The drawn plan, since the page also has its description from which it is drawn.
_, _, drawn = chromium(url, "--dump-dom").partition("<svg")
missing = [text for text in SHOWN if text not in drawn]
if missing:
    sys.exit(f"The Spark UI does not show {missing}")
chromium(url, f"--screenshot={picture}")
spark.stop()
