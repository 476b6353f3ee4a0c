"""What a stage says of moves, as the page of approval sends it: fields `verdict-<pk>`, `reason-<pk>` and `seen-<pk>`."""

from collections.abc import Iterable, Mapping

from ikusei.rotation.models import Verdict
from ikusei.rotation.services.approval import Said

MOST = 500


def said_in(data: Mapping[str, str], moves: Iterable[int], *, rest: Verdict | None = None) -> dict[int, Said]:
    """Move -> what is said of it; those about which nothing is said are left out, or get `rest`."""
    found = {}
    for pk in moves:
        verdict = data.get(f"verdict-{pk}", "")
        reason = data.get(f"reason-{pk}", "").replace("\0", "")[:MOST]
        seen = data.get(f"seen-{pk}", "")
        if verdict in Verdict.values:
            found[pk] = Said(Verdict(verdict), reason, seen)
        elif rest is not None:
            found[pk] = Said(rest, reason, seen)
    return found
