from __future__ import annotations

import os
from importlib.resources import files

from pyspark.sql import SparkSession


def jar() -> str:
    """Return the path of the jar that this package carries, as ``spark.jars`` takes it.

    Examples
    --------
    >>> jar()
    '.../spark_cumsum/spark-cumsum.jar'
    """
    return str(files("spark_cumsum") / "spark-cumsum.jar")


def configure(builder: SparkSession.Builder) -> SparkSession.Builder:
    """Add the jar of this package to a session that is going to be built.

    It is added to the ``spark.jars`` of the builder, which replace those of
    ``spark-defaults.conf``.

    Parameters
    ----------
    builder : SparkSession.Builder
        Of a session with a driver of its own.

    Raises
    ------
    RuntimeError
        If a session without spark-cumsum is running already, which ``getOrCreate`` would return, or
        if the session would be one of Spark Connect, whose server has the jar.

    Examples
    --------
    >>> from pyspark.sql import SparkSession
    >>> spark = configure(SparkSession.builder.appName("totals")).getOrCreate()
    >>> spark.sql("SELECT cumsum(array(1, 2, 3)) AS total").first().total
    [1, 3, 6]
    """
    options = getattr(builder, "_options", {})
    if "spark.remote" in options or "SPARK_REMOTE" in os.environ:
        raise RuntimeError(
            "A session of Spark Connect runs on its server. Start that with the jar instead: "
            f"--jars {jar()}"
        )
    active = SparkSession.getActiveSession()
    if active is not None and not active.catalog.functionExists("cumsum"):
        raise RuntimeError(
            "A session without spark-cumsum is running, and jars are read when one starts. "
            "Stop it first, with spark.stop(), or start Python with --jars."
        )
    jars = [path for path in str(options.get("spark.jars", "")).split(",") if path]
    return builder.config("spark.jars", ",".join([*jars, jar()]))
