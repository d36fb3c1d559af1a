"""How the images look, and how they are written."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#222222"
GRID = "#dddddd"

# Of Okabe and Ito, which are told apart without seeing red or green.
COLOURS = {
    "spark-cumsum": "#d55e00",
    "pandas API on Spark + jar": "#e69f00",
    "Spark's window": "#0072b2",
    "pandas API on Spark": "#56b4e9",
    "Spark, copying": "#bbbbbb",
    "Spark, sorting and copying": "#bbbbbb",
    "DuckDB": "#333333",
    "DataFusion": "#f0e442",
    "Polars": "#009e73",
    "Dask": "#cc79a7",
    "pandas": "#999999",
}
EMPHASISED = {"spark-cumsum", "pandas API on Spark + jar"}


def use() -> None:
    """Text stays text, the background is white, and one input gives one file."""
    mpl.use("svg")
    mpl.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "spark-cumsum",
            "font.family": "sans-serif",
            "font.sans-serif": ["Helvetica", "Arial", "DejaVu Sans", "sans-serif"],
            "font.size": 10,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "figure.facecolor": "white",
            "savefig.facecolor": "white",
        }
    )


def tidy(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.minorticks_off()


def save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
