"""What the skill steward does with a cycle of assessment: plan, open, steer, except people, close, open again, remind.

**Locks.** Whoever changes the phase of a cycle locks the cycle's row first (`lock_cycle`), then all its participants by
primary key (`wait_for_saves`): saves that are under way end before the phase changes. Whoever saves for a participant
locks that row (`hold_participants`, by primary key) and reads the cycle only then: a save that waited for
the end of a phase sees it. A saver never locks the cycle's row after a participant's. The cycle is locked without its
key, so that a statement pointing at it can be written meanwhile.
"""

from ikusei.skills.services.cycles.errors import (
    AlreadyIn,
    AnotherIsOpen,
    BeginsAlready,
    NobodyAsked,
    NotByHand,
    PopulationWrong,
    ReasonMissing,
    VersionNotPublished,
    WrongDays,
    WrongPhase,
)
from ikusei.skills.services.cycles.exceptions import (
    add_person,
    end_excuse,
    excuse,
    extend,
    extend_unit,
    remove_person,
    settle_unit,
)
from ikusei.skills.services.cycles.locking import (
    hold_participant,
    hold_participants,
    lock_cycle,
    wait_for_saves,
)
from ikusei.skills.services.cycles.planning import change_cycle, create_cycle
from ikusei.skills.services.cycles.refreshing import Refreshed, refresh_cycle
from ikusei.skills.services.cycles.reminding import MANY, remind
from ikusei.skills.services.cycles.running import (
    Advanced,
    Closed,
    advance_cycles,
    close_cycle,
    enter_confirmation,
    open_cycle,
    reopen_cycle,
)

__all__ = [
    "MANY",
    "Advanced",
    "AlreadyIn",
    "AnotherIsOpen",
    "BeginsAlready",
    "Closed",
    "NobodyAsked",
    "NotByHand",
    "PopulationWrong",
    "ReasonMissing",
    "Refreshed",
    "VersionNotPublished",
    "WrongDays",
    "WrongPhase",
    "add_person",
    "advance_cycles",
    "change_cycle",
    "close_cycle",
    "create_cycle",
    "end_excuse",
    "enter_confirmation",
    "excuse",
    "extend",
    "extend_unit",
    "hold_participant",
    "hold_participants",
    "lock_cycle",
    "open_cycle",
    "refresh_cycle",
    "remind",
    "remove_person",
    "reopen_cycle",
    "settle_unit",
    "wait_for_saves",
]
