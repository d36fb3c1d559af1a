"""Draws the images from the published results, and from what was measured on this machine."""

import json
from pathlib import Path

from benchmarks.plot import beside_spark, largest_task, style, time_by_rows

_RESULTS = Path("benchmarks/results")
_IMAGES = Path("docs/images")


def main() -> None:
    style.use()
    for draw, image in [
        (beside_spark.draw, "beside-spark.svg"),
        (time_by_rows.draw, "time-by-rows.svg"),
    ]:
        draw(_RESULTS, _IMAGES / image)
        print(_IMAGES / image)
    image = _IMAGES / "largest-task.svg"
    measured = Path("target/benchmarks/spark.json")
    if measured.exists():
        largest_task.draw(json.loads(measured.read_text()), image)
        print(image)
    else:
        print(f"{image} is left as it is: there is no {measured}")


if __name__ == "__main__":
    main()
