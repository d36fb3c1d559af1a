"""The session of all tests: one with its own driver, or with --remote one of Spark Connect.

A plugin of pytest, since the docstrings of the package are tested with it too.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from pyspark.sql import SparkSession

import spark_cumsum
from servers import connect_server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--remote", action="store_true", help="test on Spark Connect")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--remote"):
        for item in items:
            marks = {mark.name for mark in item.iter_markers()}
            if marks & {"own_driver", "processes"} or item.name.endswith(".configure"):
                item.add_marker(pytest.mark.skip(reason="is not about the session"))


@pytest.fixture(scope="session")
def spark(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SparkSession]:
    settings = {
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.session.timeZone": "UTC",
        # Else adaptive execution puts all rows of a test into one partition.
        "spark.sql.adaptive.coalescePartitions.enabled": "false",
        "spark.cumsum.singlePartitionThreshold": "0",
    }
    if request.config.getoption("--remote"):
        with connect_server(tmp_path_factory.mktemp("connect"), settings) as url:
            session = SparkSession.builder.remote(url).getOrCreate()
            yield session
            session.stop()
    else:
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        for key, value in settings.items():
            builder = builder.config(key, value)
        session = spark_cumsum.configure(builder).getOrCreate()
        yield session
        session.stop()


@pytest.fixture(autouse=True)
def names_of_docstrings(request: pytest.FixtureRequest) -> None:
    """What examples in docstrings take as given."""
    if isinstance(request.node, pytest.DoctestItem):
        names: dict[str, Any] = request.getfixturevalue("doctest_namespace")
        names["spark"] = request.getfixturevalue("spark")
