"""The Thrift server with the jar, and Beeline as its client."""

import subprocess
from collections.abc import Iterator

import pytest

from servers import ENVIRONMENT, SPARK_HOME, thrift_server

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with thrift_server(tmp_path_factory.mktemp("thrift")) as url:
        yield url


def query(url: str, sql: str) -> str:
    command = [str(SPARK_HOME / "bin/beeline"), "-u", url, "--silent=true"]
    command += ["--outputformat=csv2", "--showHeader=false", "-e", sql]
    output = subprocess.run(
        command, env=ENVIRONMENT, capture_output=True, text=True, check=True
    ).stdout
    # Beeline shows its prompt, and has a quote for values with commas that is no character.
    return output.removeprefix(f"0: {url}>").replace("\0", "").strip()


def test_the_function_and_the_table_function(url: str) -> None:
    assert query(url, "SELECT to_json(cumsum(array(1, 2, 3)))") == "[1,3,6]"
    total = "SELECT max(id_cumsum) FROM cumsum_table(TABLE(SELECT * FROM range(100)), 'id', order_by => 'id')"  # noqa: E501
    assert query(url, total) == "4950"


def test_windows(url: str) -> None:
    window = "SELECT id, sum(id) OVER (ORDER BY id) AS total FROM range(100)"
    assert "PrefixScan" in query(url, "EXPLAIN " + window)
    assert query(url, f"SELECT max(total) FROM ({window})") == "4950"
