"""A running total in pandas API on Spark, with the jar and without it: the same code and the same
result, and two plans.

    python pandas_on_spark.py
    python pandas_on_spark.py --without-jar
"""

import sys
from pathlib import Path

from pyspark.sql import SparkSession

import spark_cumsum

builder = SparkSession.builder.master("local[2]")
if "--without-jar" not in sys.argv:
    builder = spark_cumsum.configure(builder)
spark = builder.getOrCreate()

DATA = Path(__file__).resolve().parent.parent / "data"
weather = spark.read.csv(str(DATA / "seattle-weather.csv"), header=True, inferSchema=True)
rain = weather.pandas_api()[["precipitation"]]

total = rain["precipitation"].cumsum()
print(total.tail(3))

total.to_frame().spark.explain()
spark.stop()
