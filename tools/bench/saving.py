"""The self-assessment: opening the page alone, and eight people who save one answer after the other, over HTTP.

Usage: python -m tools.bench.saving [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/saving.json. The clients run on the same machine and take their share.
"""

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Mapping
from statistics import quantiles
from typing import Any

from tools.bench.inside import ROOT, arguments, free_port, keep, measure, on_the_city, wait
from tools.bench.load import Failed
from tools.bench.load import run as load

CLIENTS = (1, 8)
SECONDS = 5.0
TOKEN = "t" * 32
COLUMNS = (
    "saves/s, 1 client",
    "p95 ms",
    "saves/s, 8 clients",
    "p95 ms ",
    "page p50 ms",
    "page p95 ms",
    "page KB",
)


def main() -> None:
    """Measure and report."""
    report(on_the_city(arguments(__doc__), figures))


def figures(environment: Mapping[str, str]) -> dict[str, Any]:
    """What was measured on one database that holds the city."""
    return serve(environment)


def report(told: dict[str, dict[str, Any]]) -> None:
    """Print the figures of every database as a table, and keep them."""
    print("\n| database | " + " | ".join(COLUMNS) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for database, row in told.items():
        print(f"| {database} | " + " | ".join(f"{row[name]:.1f}" for name in COLUMNS) + " |")
    keep("saving", told)


def serve(environment: Mapping[str, str]) -> dict[str, float]:
    """The figures of a served city."""
    people = measure("tools.bench.answering", environment=environment)["people"]
    port = free_port()
    server = subprocess.Popen(
        [str(ROOT / ".venv" / "bin" / "ikusei"), "serve", "--port", str(port)],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait(port)
        asyncio.run(save(port, people, 1.0))
        one = asyncio.run(save(port, people[:1], SECONDS))
        many = asyncio.run(save(port, people, SECONDS))
        cookie = f"sessionid={people[0]['session']}"
        load(port=port, path="/self-assessment/", cookie=cookie, clients=2, seconds=1)
        page = load(port=port, path="/self-assessment/", cookie=cookie, clients=1, seconds=SECONDS)
    finally:
        server.terminate()
        server.wait(20)
    figures = (*one, *many, page.p50, page.p95, page.body / 1000)
    return dict(zip(COLUMNS, figures, strict=True))


async def save(port: int, people: list[dict[str, Any]], seconds: float) -> tuple[float, float]:
    """Answers acknowledged in a second, and their 95th percentile in milliseconds; every person in a tab of their own."""
    times: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(answer(port, person, began + seconds, times) for person in people))
    return len(times) / (time.perf_counter() - began), quantiles(times, n=20)[18]


async def answer(port: int, person: dict[str, Any], until: float, times: list[float]) -> None:
    """One person who changes answer after answer, each with the revision that was acknowledged."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    number = 0
    try:
        while time.perf_counter() < until:
            skill = person["skills"][number % len(person["skills"])]
            seen = person["seen"].get(str(skill), 0)
            row = {"skill": skill, "level": number // 7 % 5, "note": f"{number}", "seen": seen}
            sent = time.perf_counter()
            person["seen"][str(skill)] = await acknowledged(reader, writer, port, person, row)
            times.append((time.perf_counter() - sent) * 1000)
            number += 1
    finally:
        writer.close()


async def acknowledged(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    port: int,
    person: dict[str, Any],
    row: dict[str, Any],
) -> int:
    """The revision that the server acknowledged."""
    body = json.dumps({"answers": [row]}).encode()
    writer.write(
        f"POST /self-assessment/{person['participant']}/answers/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Cookie: sessionid={person['session']}; csrftoken={TOKEN}\r\nX-CSRFToken: {TOKEN}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nAccept-Language: ja\r\n\r\n".encode()
        + body
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
    told = json.loads(await reader.readexactly(int(length.split(":", 1)[1])))
    if told.get("state") != "saved" or told["answers"][0]["conflict"]:
        raise Failed(str(told))
    return int(told["answers"][0]["seen"])


if __name__ == "__main__":
    main()
