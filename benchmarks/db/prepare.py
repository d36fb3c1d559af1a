"""Makes the table of this many rows and reads it into memory."""

import sys
from pathlib import Path

from benchmarks.db import data
from benchmarks.peers.data import bring_into_memory

if __name__ == "__main__":
    rows = int(sys.argv[1])
    if rows <= 0 or rows % data.FILES:
        sys.exit(f"{rows} is no multiple of {data.FILES}, the files")
    bring_into_memory(data.make(rows, Path("target/benchmarks/data")))
