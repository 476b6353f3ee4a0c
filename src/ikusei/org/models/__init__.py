"""Who belongs where, and since when: every fact here is dated."""

from ikusei.org.models.grant import Purpose, Role, RoleGrant, Scope
from ikusei.org.models.imports import PeopleImport
from ikusei.org.models.person import Category, Employment, EmploymentKind, Leave, Person
from ikusei.org.models.planning import CreditKind, ExperienceCredit, PlannedPerson, ReservedPost
from ikusei.org.models.post import Post, Posting, PostingKind, PostTerms
from ikusei.org.models.unit import Employer, EmployerKind, Unit, UnitKind, UnitPeriod

__all__ = [
    "Category",
    "CreditKind",
    "Employer",
    "EmployerKind",
    "Employment",
    "EmploymentKind",
    "ExperienceCredit",
    "Leave",
    "PeopleImport",
    "Person",
    "PlannedPerson",
    "Post",
    "PostTerms",
    "Posting",
    "PostingKind",
    "Purpose",
    "ReservedPost",
    "Role",
    "RoleGrant",
    "Scope",
    "Unit",
    "UnitKind",
    "UnitPeriod",
]
