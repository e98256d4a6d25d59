"""Offers invocations to MiniStack's pool of execution environments while nothing is warm.

The pool alone, without what localcloud adds: there few environments start at once, to spare the machine.
`burst.py <seconds to start> <seconds of work> <loads as JSON>`, each load with `arrivals` in seconds and
`environments`, the most that may exist. Prints what came of each, and how long a start and a warm call took.
"""

import io
import json
import statistics
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

from ministack.core import lambda_runtime

REFUSED = -1.0
start, work, loads = float(sys.argv[1]), float(sys.argv[2]), json.loads(sys.argv[3])
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as package:
    package.writestr(
        "index.py", f"import time\ntime.sleep({start})\n\ndef handler(event, context):\n    time.sleep({work})\n"
    )


def invoke(name: str, most: int | None = None) -> tuple[float, bool]:
    """Seconds until the answer, REFUSED if there was none; and whether an environment was started for it."""
    began = time.perf_counter()
    config = {
        "FunctionName": name,
        "FunctionArn": f"arn:aws:lambda:us-east-1:000000000000:function:{name}",
        "Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "Handler": "index.handler",
        "Timeout": 60,
    }
    worker, how = lambda_runtime.acquire_worker(name, config, archive.getvalue(), max_concurrency=most)
    if worker is None:
        return REFUSED, False
    try:
        answer = worker.invoke({}, f"{name}-{began}")
        assert answer["status"] == "ok", answer
    finally:
        lambda_runtime.release_worker(worker)
    return time.perf_counter() - began, how == "spawn"


def offer(name: str, arrivals: list[float], most: int) -> dict[str, object]:
    """Invoke at these moments, whatever became of the earlier ones."""
    began = time.perf_counter()

    def call() -> tuple[float, float, bool]:
        return time.perf_counter() - began, *invoke(name, most)

    with ThreadPoolExecutor(len(arrivals)) as pool:
        calls = []
        for arrival in arrivals:
            time.sleep(max(0.0, began + arrival - time.perf_counter()))
            calls.append(pool.submit(call))
        found = sorted(each.result() for each in calls)
    lambda_runtime.reset()
    cold = [seconds for _, seconds, started in found if started]
    warm = [seconds for _, seconds, started in found if not started and seconds != REFUSED]
    write = statistics.fmean(warm) if warm else work
    return {
        "times": {"write": write, "cold": statistics.fmean(cold) - write},
        "arrivals": [at for at, _, _ in found],
        "environments": len(cold),
        "answered_warm": len(warm),
        "refused": len(found) - len(cold) - len(warm),
    }


offered = [offer(f"load-{number}", load["arrivals"], load["environments"]) for number, load in enumerate(loads)]
sys.stdout.write(json.dumps({"loads": offered}))
