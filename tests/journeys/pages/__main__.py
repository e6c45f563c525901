"""`python -m tests.journeys.pages`: every page as everybody, in both languages and widths; answers 1 on a fault."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.journeys.pages import together
from tests.journeys.pages.report import told
from tests.journeys.pages.walking import WHO


def main() -> int:
    options = _options()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        findings = together.walk_all(Path(folder), options)
    for line in told(findings):
        print(line)
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if any(fault.counts for fault in findings.faults) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.pages", description=__doc__)
    parser.add_argument("people", nargs="*", default=list(WHO), help="as whom; everybody unless named")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", default="", help="addresses that contain this text")
    parser.add_argument("--once", action="store_true", help="each page once, in another language and width each time")
    parser.add_argument("--tell", action="store_true", help="say each page when it was seen")
    parser.add_argument("--light", action="store_true", help="leave out the colours of dark mode")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
