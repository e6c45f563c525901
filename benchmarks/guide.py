"""The open guide crawled hard: requests a second of its pages, of the product served by gunicorn with two workers.

Beside it, in the same run and in turn, a Flask application of one line that answers with a page of the same size, and
one that renders a list of the same length: what the framework itself leaves on this machine. The asking runs on the
same cores. "Work" is the processor's time that the workers spent on an answer, which other work on the machine hardly
changes: two workers on two free cores answer at most 2000 / work of them a second. GUIDE_SECONDS is how long each is
asked for.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

CONNECTIONS = 8
SECONDS = float(os.environ.get("GUIDE_SECONDS", "4"))
ROUNDS = 3
PAGES = (
    ("list of items", "/guide/zh/", ""),
    ("an item", "/guide/zh/items/NCGZ-01", ""),
    ("an item, unchanged (304)", "/guide/zh/items/NCGZ-01", "etag"),
    ("an item as JSON", "/guide/items/NCGZ-01.json", ""),
    ("what will I need, rendered each time", "/guide/zh/items/NCGZ-20/needed?q1=SANCTION", ""),
    ("search, gongzi", "/guide/zh/search?q=gongzi", ""),
)
AS_SERVED = {"ZEROTRIP_ENV": "production", "SECRET_KEY": secrets.token_urlsafe(48)}
BARE = (("bare Flask, a constant page", "/constant"), ("bare Flask, a rendered list", "/rendered"))


def bare() -> object:
    """A Flask application with nothing around it."""
    from flask import Flask, render_template_string

    app = Flask("bare")
    constant = "<!doctype html><title>x</title>" + "<p>新进人员工资核定</p>" * 300
    rows = [{"code": f"NCGZ-{number:02d}", "name": "新进人员工资核定", "days": 5} for number in range(1, 27)]
    listed = (
        "<!doctype html><title>x</title><ul>{% for row in rows %}<li><h2><a href='/{{ row.code }}'>{{ row.name }}</a>"
        "</h2><p>{{ row.code }} · {{ row.days }}</p></li>{% endfor %}</ul>"
    )

    @app.get("/constant")
    def answer() -> str:
        return constant

    @app.get("/rendered")
    def render() -> str:
        return render_template_string(listed, rows=rows)

    return app


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = _prepare(Path(folder))
        product, plain = _free_port(), _free_port()
        served = [
            _serve("wsgi:create_app()", product, {**environment, **AS_SERVED}),
            _serve("benchmarks.guide:bare()", plain, environment),
        ]
        try:
            for port, path in ((product, "/guide/zh/"), (plain, "/constant")):
                _await(port, path)
            _measure({product: served[0].pid, plain: served[1].pid}, product, plain)
        finally:
            for process in served:
                process.terminate()
                process.wait()


def _prepare(folder: Path) -> dict[str, str]:
    """A database with the small demo city, its figures counted and its index written."""
    environment = {
        **os.environ, "DATABASE_URL": f"sqlite:///{folder / 'guide.db'}", "UPLOADS_DIR": str(folder / "uploads"),
        "ZEROTRIP_ENV": "development",
    }  # fmt: skip
    for command in (["db", "upgrade"], ["demo", "load"], ["guide", "figures"], ["search", "refresh"]):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *command], env=environment, check=True, capture_output=True
        )
    return environment


def _serve(what: str, port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket",
         "--bind", f"127.0.0.1:{port}", what],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _worked(master: int) -> float:
    """Seconds that the workers of a server have spent on the processor."""
    ticks = 0
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == master:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _measure(masters: dict[int, int], product: int, plain: int) -> None:
    asked = [(name, product, path, tagged) for name, path, tagged in PAGES]
    asked += [(name, plain, path, "") for name, path in BARE]
    rates: dict[str, list[float]] = {name: [] for name, *_ in asked}
    waits: dict[str, list[float]] = {name: [] for name, *_ in asked}
    works: dict[str, list[float]] = {name: [] for name, *_ in asked}
    sizes: dict[str, int] = {}
    for _ in range(ROUNDS):
        for name, port, path, tagged in asked:
            tag = _etag(port, path) if tagged else ""
            before = _worked(masters[port])
            count, spent, times, size = asyncio.run(_ask(port, path, tag))
            works[name].append((_worked(masters[port]) - before) / max(count, 1) * 1000)
            rates[name].append(count / spent)
            waits[name] += times
            sizes[name] = size
    print(f"  {CONNECTIONS} connections, gunicorn with 2 workers, {ROUNDS} rounds of {SECONDS:g} s each in turn")
    print(
        f"  {'page':<40}{'requests/s':>11}{'worst round':>13}{'median ms':>11}{'99 % ms':>9}{'work ms':>9}{'bytes':>9}"
    )
    for name, *_ in asked:
        times = sorted(waits[name])
        last = times[int(len(times) * 0.99)] * 1000
        print(
            f"  {name:<40}{statistics.median(rates[name]):>11.0f}{min(rates[name]):>13.0f}"
            f"{statistics.median(times) * 1000:>11.1f}{last:>9.1f}{statistics.median(works[name]):>9.2f}"
            f"{sizes[name]:>9}",
            flush=True,
        )


async def _ask(port: int, path: str, tag: str) -> tuple[int, float, list[float], int]:
    """Ask over several connections that stay open, as long as said; count, seconds, each wait, bytes of an answer."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n"
    head += f"If-None-Match: {tag}\r\n" if tag else ""
    until = time.perf_counter() + SECONDS
    started = time.perf_counter()
    done = await asyncio.gather(*(_one(port, (head + "\r\n").encode(), until) for _ in range(CONNECTIONS)))
    spent = time.perf_counter() - started
    times = [one for waits, _ in done for one in waits]
    return len(times), spent, times, done[0][1]


async def _one(port: int, request: bytes, until: float) -> tuple[list[float], int]:
    waits: list[float] = []
    size = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(request)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:  # the server has closed it after the answer before
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            continue
        status = int(head.split(b" ", 2)[1])
        assert status in (200, 304), head[:200]
        lower = head.lower()
        length = 0
        if b"content-length:" in lower:
            length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            await reader.readexactly(length)
        waits.append(time.perf_counter() - began)
        size = length
        if b"connection: close" in lower:
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    return waits, size


def _etag(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return str(answer.headers["ETag"])


def _await(port: int, path: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}"):
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server did not come up")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
