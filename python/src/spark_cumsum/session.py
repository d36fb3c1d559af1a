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
        If Python runs a JVM without spark-cumsum already, which later sessions share, stopped or
        not, or if the session would be one of Spark Connect, whose server has the jar.

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
    if _jvm_runs_without_the_jar():
        raise RuntimeError(
            "A session without spark-cumsum was started before, and its JVM, which reads jars when "
            "it starts, stays after spark.stop(). Restart Python, or start it with --jars."
        )
    jars = [path for path in str(options.get("spark.jars", "")).split(",") if path]
    return builder.config("spark.jars", ",".join([*jars, jar()]))


def _jvm_runs_without_the_jar() -> bool:
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is None or gateway.jvm is None:
        return False
    loader = gateway.jvm.java.lang.Thread.currentThread().getContextClassLoader()
    return loader.getResource("io/sparkcumsum/CumsumExtensions.class") is None
