"""The registry of facts that a rule may ask for. A new fact is a class here, its line below, and its sentences."""

from ikusei.org.rules.facts.base import Fact, How, ListedFact, NumberFact, Wanted, WrongValue, YesNoFact
from ikusei.org.rules.facts.employment import (
    CategoryFact,
    EmployerFact,
    EntryRouteFact,
    GradeFact,
    KindFact,
    LeaveFact,
    MonthsEmployedFact,
)
from ikusei.org.rules.facts.postings import (
    JobTypeFact,
    LeadsFact,
    MonthsInPostFact,
    OutsideFact,
    PostingFact,
    UnitFact,
)

FACTS: dict[str, Fact] = {
    fact.key: fact
    for fact in (
        EmployerFact(),
        CategoryFact(),
        GradeFact(),
        KindFact(),
        UnitFact(),
        PostingFact(),
        OutsideFact(),
        JobTypeFact(),
        LeadsFact(),
        LeaveFact(),
        EntryRouteFact(),
        MonthsEmployedFact(),
        MonthsInPostFact(),
    )
}
"""Key -> fact, in the order in which a form offers them."""

__all__ = [
    "FACTS",
    "Fact",
    "How",
    "ListedFact",
    "NumberFact",
    "Wanted",
    "WrongValue",
    "YesNoFact",
]
