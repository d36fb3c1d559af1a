"""Servers of Spark with the jar, as processes."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark

import spark_cumsum

SPARK_HOME = Path(pyspark.__file__).parent
ENVIRONMENT = os.environ | {"SPARK_HOME": str(SPARK_HOME)}

_SECONDS_TO_START = 120


@contextmanager
def connect_server(directory: Path, settings: dict[str, str]) -> Iterator[str]:
    """A Spark Connect server; gives its URL."""
    port = _free_port()
    settings = settings | {"spark.connect.grpc.binding.port": str(port)}
    main_class = "org.apache.spark.sql.connect.service.SparkConnectServer"
    with _server(main_class, directory, port, settings, []):
        yield f"sc://localhost:{port}"


@contextmanager
def thrift_server(directory: Path) -> Iterator[str]:
    """A Thrift JDBC server; gives its URL."""
    port = _free_port()
    metastore = f"jdbc:derby:;databaseName={directory}/metastore;create=true"
    settings = {"spark.hadoop.javax.jdo.option.ConnectionURL": metastore}
    main_class = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
    arguments = ["--hiveconf", f"hive.server2.thrift.port={port}"]
    with _server(main_class, directory, port, settings, arguments):
        yield f"jdbc:hive2://localhost:{port}"


@contextmanager
def _server(
    main_class: str,
    directory: Path,
    port: int,
    settings: dict[str, str],
    arguments: list[str],
) -> Iterator[None]:
    settings = settings | {
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": str(directory / "warehouse"),
    }
    command = [str(SPARK_HOME / "bin/spark-submit"), "--master", "local[2]"]
    command += ["--class", main_class, "--jars", spark_cumsum.jar()]
    for key, value in settings.items():
        command += ["--conf", f"{key}={value}"]
    log = directory / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            command + arguments, cwd=directory, env=ENVIRONMENT, stdout=out, stderr=out
        )
    try:
        _await(process, port, log)
        yield
    finally:
        process.terminate()
        process.wait()


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("localhost", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"The server has not started:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("localhost", 0))
        port: int = server.getsockname()[1]
        return port
