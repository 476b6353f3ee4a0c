"""The columns of a preference sheet as a file, and the words of its drop-downs: in both languages, to come back under either."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ikusei.rotation.models import Intent, ProtectedAsk, ProtectedKind
from ikusei.rotation.models.wishes import RANKS

INTENTS: Mapping[str, str] = {
    Intent.STAY: "今のままがよい / stay",
    Intent.MOVE: "異動したい / move",
    Intent.EITHER: "どちらでもよい / either",
}
YES_NO: Mapping[str, str] = {"yes": "はい / yes", "no": "いいえ / no"}
KINDS: Mapping[str, str] = {
    ProtectedKind.HEALTH: "健康 / health",
    ProtectedKind.CARE: "介護 / care of relatives",
    ProtectedKind.CHILDREN: "育児 / children",
    ProtectedKind.OTHER: "その他 / other",
}
ASKS: Mapping[str, str] = {
    ProtectedAsk.STAY: "異動しない / no move",
    ProtectedAsk.PLACE: "一部のポストのみ / only some posts",
    ProtectedAsk.CONSIDER: "考慮を求める / to be considered",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its heading in both languages, its width; whether it is filled in; the words it offers."""

    key: str
    heading: str
    width: int
    is_open: bool = True
    is_hidden: bool = False
    offers: tuple[str, ...] = ()
    is_post: bool = False


def _ranked() -> tuple[Column, ...]:
    pairs = (
        (
            Column(f"post{rank}", f"希望ポスト{rank} Post {rank}", 36, is_post=True),
            Column(f"why{rank}", f"理由{rank} Why {rank}", 24),
        )
        for rank in range(1, RANKS + 1)
    )
    return tuple(column for pair in pairs for column in pair)


COLUMNS = (
    Column("row", "照合用 Row", 12, is_open=False, is_hidden=True),
    Column("revision", "版 Revision", 12, is_open=False, is_hidden=True),
    Column("number", "職員番号 Staff number", 14, is_open=False),
    Column("name", "氏名 Name", 18, is_open=False),
    Column("unit", "所属 Unit", 24, is_open=False),
    Column("intent", "異動の希望 Stay or move", 22, offers=tuple(INTENTS.values())),
    *_ranked(),
    Column("kinds", "希望する業務 Kinds of work", 28),
    Column("places", "希望する場所 Places", 28),
    Column("dispatch", "一年間の派遣 Dispatch", 16, offers=tuple(YES_NO.values())),
    Column("concerns", "考慮してほしいこと To be considered", 40),
    Column("said_by", "申告者 Said by", 18),
)
PROTECTED = (
    Column("protected_kind", "保護される事情 Protected reason", 20, offers=tuple(KINDS.values())),
    Column("protected_ask", "求めること What it asks for", 24, offers=tuple(ASKS.values())),
    Column("protected_text", "人事担当だけが読む内容 For the personnel section alone", 48),
    Column("protected_until", "いつまで Until", 14),
)
"""In the form of one person alone: a list for a unit goes through other people's hands."""

ANSWERS = tuple(column.key for column in (*COLUMNS, *PROTECTED) if column.is_open and column.key != "said_by")


def heading_of(key: str) -> str:
    """The heading of a column."""
    return next(column.heading for column in (*COLUMNS, *PROTECTED) if column.key == key)


def meant(text: str, words: Mapping[str, str]) -> str | None:
    """The key that a cell means: the words of the list, or either language's alone; None for anything else."""
    wanted = folded(text)
    for key, said in words.items():
        if wanted in {folded(said), *(folded(part) for part in said.split("/"))}:
            return str(key)
    return None


def folded(text: str) -> str:
    """The text for comparing: widths and case folded."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
