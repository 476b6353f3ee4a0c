"""The facts of rotation."""

from ikusei.rotation.models.change import Change
from ikusei.rotation.models.draft import (
    Draft,
    DraftState,
    Move,
    Origin,
    Restriction,
    RestrictionKind,
    Sharing,
)
from ikusei.rotation.models.ledger import GrowthClass, GrowthTerms, IndexTerms
from ikusei.rotation.models.order import (
    Decision,
    Order,
    OrderLayout,
    OrderState,
    Stage,
    Verdict,
    WishAnswer,
)
from ikusei.rotation.models.plan import PlanCurve, PlanRun, RunState
from ikusei.rotation.models.posts import Axis, PostRule, PostSkill
from ikusei.rotation.models.recruitment import Application, Outcome, Recruitment
from ikusei.rotation.models.round import HostQuota, Round
from ikusei.rotation.models.wishes import (
    ChiefComment,
    HostAsk,
    HostWish,
    Intent,
    Opinion,
    ProtectedAsk,
    ProtectedKind,
    ProtectedReason,
    RankedPost,
    Sheet,
    Source,
)

__all__ = [
    "Application",
    "Axis",
    "Change",
    "ChiefComment",
    "Decision",
    "Draft",
    "DraftState",
    "GrowthClass",
    "GrowthTerms",
    "HostAsk",
    "HostQuota",
    "HostWish",
    "IndexTerms",
    "Intent",
    "Move",
    "Opinion",
    "Order",
    "OrderLayout",
    "OrderState",
    "Origin",
    "Outcome",
    "PlanCurve",
    "PlanRun",
    "PostRule",
    "PostSkill",
    "ProtectedAsk",
    "ProtectedKind",
    "ProtectedReason",
    "RankedPost",
    "Recruitment",
    "Restriction",
    "RestrictionKind",
    "Round",
    "RunState",
    "Sharing",
    "Sheet",
    "Source",
    "Stage",
    "Verdict",
    "WishAnswer",
]
