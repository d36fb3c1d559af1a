"""One run, in a process of its own, given a system and its task as JSON.

Prints the seconds of the work as the last line of the standard output.
"""

import json
import os
import sys
import time
from pathlib import Path

from benchmarks.peers.systems import SYSTEMS, Task


def main() -> None:
    system, fields = json.loads(sys.argv[1])
    for path in ("source", "target", "jar", "comet"):
        fields[path] = Path(fields[path])
    task = Task(**fields)
    # Before the system is imported, as many size their pools then.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: task.cores])
    # If memory runs out, this is the process to end.
    Path("/proc/self/oom_score_adj").write_text("1000")
    # Systems leave their spilled rows, metastores and the like where they are started.
    os.chdir(task.target.parent)

    work = SYSTEMS[system].start(task)
    started = time.perf_counter()
    work()
    print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
