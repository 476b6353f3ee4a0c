"""A small HTTP/1.1 client over plain sockets that costs next to nothing, so that the server is what is measured."""

import asyncio
import time
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Load:
    """What one page did under so many clients at once: times in milliseconds, bytes of the body of one answer."""

    clients: int
    requests: int
    per_second: float
    p50: float
    p95: float
    body: int


class Failed(RuntimeError):
    """The server answered something other than 200."""


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """The size of the body of one answer."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if " 200 " not in head.split("\r\n", 1)[0]:
        raise Failed(head.split("\r\n", 1)[0])
    for line in head.split("\r\n"):
        if line.startswith("content-length:"):
            size = int(line.split(":", 1)[1])
            await reader.readexactly(size)
            return size
    raise Failed("an answer without a length")


async def _client(port: int, request: bytes, until: float, times: list[float]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    size = 0
    try:
        while time.perf_counter() < until:
            began = time.perf_counter()
            size = await _one(reader, writer, request)
            times.append((time.perf_counter() - began) * 1000)
    finally:
        writer.close()
    return size


async def _run(port: int, request: bytes, clients: int, seconds: float) -> Load:
    times: list[float] = []
    began = time.perf_counter()
    sizes = await asyncio.gather(
        *(_client(port, request, began + seconds, times) for _client_number in range(clients))
    )
    took = time.perf_counter() - began
    marks = quantiles(times, n=100)
    return Load(
        clients=clients,
        requests=len(times),
        per_second=len(times) / took,
        p50=marks[49],
        p95=marks[94],
        body=max(sizes),
    )


def run(*, port: int, path: str, cookie: str, clients: int, seconds: float) -> Load:
    """Ask for one page again and again for some seconds, each client waiting for its answer. Loopback only."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        "Accept: text/html\r\nAccept-Language: ja\r\nConnection: keep-alive\r\n\r\n"
    ).encode()
    return asyncio.run(_run(port, request, clients, seconds))
