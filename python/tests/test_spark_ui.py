"""The Spark UI shows the operator with its metrics, as the picture in the documents has it."""

import subprocess
import sys
from pathlib import Path

import pytest

IMAGES = Path(__file__).parents[2] / "docs/images"

pytestmark = pytest.mark.processes


def test_the_operator_is_drawn_with_its_metrics(tmp_path: Path) -> None:
    picture = tmp_path / "spark-ui.png"
    # It fails by itself if the operator or one of its metrics is not drawn.
    command = [sys.executable, IMAGES / "spark_ui.py", picture]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    size = slice(16, 24)
    assert picture.read_bytes()[size] == (IMAGES / "spark-ui.png").read_bytes()[size]
