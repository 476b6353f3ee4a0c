"""Drafting: a draft's life, moves, pins and other restrictions, people not yet hired, undoing, rebasing."""

from ikusei.rotation.keys import person_key
from ikusei.rotation.services.drafts.lives import copy_draft, drop_draft, new_draft, rename_draft, share_draft
from ikusei.rotation.services.drafts.moves import (
    MoveSpec,
    key_of,
    pin_move,
    put_move,
    put_moves,
    take_back_move,
)
from ikusei.rotation.services.drafts.outlooks import begin_with_outlook
from ikusei.rotation.services.drafts.placeholders import add_planned, change_planned
from ikusei.rotation.services.drafts.rebasing import rebase
from ikusei.rotation.services.drafts.record import Changed, EditConflict
from ikusei.rotation.services.drafts.restrictions import add_restriction, lift_restriction
from ikusei.rotation.services.drafts.stepping import take_steps
from ikusei.rotation.services.drafts.undoing import undo

__all__ = [
    "Changed",
    "EditConflict",
    "MoveSpec",
    "add_planned",
    "add_restriction",
    "begin_with_outlook",
    "change_planned",
    "copy_draft",
    "drop_draft",
    "key_of",
    "lift_restriction",
    "new_draft",
    "person_key",
    "pin_move",
    "put_move",
    "put_moves",
    "rebase",
    "rename_draft",
    "share_draft",
    "take_back_move",
    "take_steps",
    "undo",
]
