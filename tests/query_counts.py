"""What a page costs, as data: queries and size are the same for ten rows and for a thousand, and stay as recorded.

IKUSEI_RECORD=1 writes new counts to query_counts.json; look at the difference before you commit it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.page_client import PageClient

RECORD = Path(__file__).with_name("query_counts.json")
FEW, MANY = 10, 1000
MOST_QUERIES: Final = 8
MOST_BYTES: Final = 60 * 1024


def assert_query_count(name: str, client: PageClient, url: str) -> int:
    """The number of queries of a page: as recorded under this name, within the budget of a page."""
    client.open(url)  # whatever is remembered for the life of a process is remembered now
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = client.open(url)
    count = len(captured)
    said = "\n".join(query["sql"][:300] for query in captured)
    if os.environ.get("IKUSEI_RECORD") == "1":
        _record(name, count)
    recorded = recorded_counts().get(name)
    assert count == recorded, (
        f"{name}: {count} queries, {recorded} recorded (IKUSEI_RECORD=1 records):\n{said}"
    )
    assert count <= MOST_QUERIES, f"{name}: {count} queries, at most {MOST_QUERIES} are allowed:\n{said}"
    size = len(page.html.encode())
    assert size <= MOST_BYTES, f"{name}: {size} bytes of HTML, at most {MOST_BYTES} are allowed"
    return count


def assert_same_cost(
    name: str, client: PageClient, url: str, add_rows: Callable[[int], object], *, many: int = MANY
) -> None:
    """Fail unless a list page costs the same with ten rows and with a thousand (`many`); `add_rows(n)` adds n of them."""
    add_rows(FEW)
    few = assert_query_count(name, client, url)
    add_rows(many - FEW)
    more = assert_query_count(name, client, url)
    assert few == more, f"{name}: {few} queries for {FEW} rows, {more} for {many}"


def recorded_counts() -> dict[str, int]:
    """Name of a page -> number of its queries."""
    counts: dict[str, int] = json.loads(RECORD.read_text(encoding="utf-8"))
    return counts


def _record(name: str, count: int) -> None:
    counts = recorded_counts() | {name: count}
    RECORD.write_text(json.dumps(dict(sorted(counts.items())), indent=2) + "\n", encoding="utf-8")
