"""Makes the table of so many rows if it is not there, and reads it into memory."""

import sys
from pathlib import Path

from benchmarks.peers import data


def main() -> None:
    directory = data.make(int(sys.argv[1]), Path("target/benchmarks/data"))
    data.bring_into_memory(directory)


if __name__ == "__main__":
    main()
