"""What a page costs beside a view that returns a constant, and how it grows.

python -m benchmarks.pages postgresql|sqlite [--scales 1 10]

The pages are served by gunicorn and asked for by another process on this machine.
Compared is what the worker computes for a request, not how long it takes: that depends
on who else is at work. *Rendered* is asked for as of another day each time, *again* is
the same page over and over, *304* is asked for with the validators of the last answer.
A worker's costs are compared with the empty view of the same run; beside them stand
the page's queries, and what they alone cost by the bare driver (on PostgreSQL only what
is computed on this side of the connection). The last column says how much is added from
the first scale to the last.
"""

import argparse
import json
import subprocess
import sys

from .databases import ENGINES


def costs(engine, scale):
    module = [sys.executable, "-m", "benchmarks.page_costs"]
    command = [*module, engine, "--scale", str(scale)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return json.loads(told.stdout)


def table(engine, scales):
    """The lines to print: for each page and scale, × the floor, and its queries."""
    runs = [costs(engine, scale) for scale in scales]
    floors = [run["floor"]["cost"] for run in runs]
    heads = "".join(f"{f'scale {scale:g}':>28}" for scale in scales)
    yield f"{engine:28}{heads}{'growth':>10}"
    for name in runs[0]:
        ratios = [
            run[name]["cost"] / floor for run, floor in zip(runs, floors, strict=True)
        ]
        cells = [
            f"{ratio:8.2f} x {_database(run[name], floor):>17}"
            for ratio, run, floor in zip(ratios, runs, floors, strict=True)
        ]
        yield f"{name:28}{''.join(cells)}{ratios[-1] / ratios[0]:8.2f} x"
    if "list of partners, 304" not in runs[0]:
        yield "No page is answered 304: it has no validators."


def _database(page, floor):
    if "queries" not in page:
        return ""
    return f"{page['queries']} q, {page['statements'] / floor:.1f} x"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("--scales", type=float, nargs="+", default=[1, 10])
    given = parser.parse_args()
    for line in table(given.engine, given.scales):
        print(line)


if __name__ == "__main__":
    main()
