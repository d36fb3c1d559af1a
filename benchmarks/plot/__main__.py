"""Draws each image whose measurements are there."""

import json
from pathlib import Path

from benchmarks.plot import beside_spark, largest_task, style, time_by_rows

_IMAGES = {
    "peers.json": (time_by_rows.draw, "time-by-rows.svg"),
    "spark.json": (largest_task.draw, "largest-task.svg"),
}


def main() -> None:
    style.use()
    beside_spark.draw(Path("benchmarks/results"), Path("docs/images/beside-spark.svg"))
    print("docs/images/beside-spark.svg")
    for name, (draw, image) in _IMAGES.items():
        measurements = Path("target/benchmarks", name)
        if measurements.exists():
            draw(json.loads(measurements.read_text()), Path("docs/images", image))
            print(f"docs/images/{image}")
        else:
            print(f"docs/images/{image} is left as it is: there is no {measurements}")


if __name__ == "__main__":
    main()
