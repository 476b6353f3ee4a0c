"""Who belongs where, and since when: every fact here is dated."""

from ikusei.org.models.grant import Purpose, Role, RoleGrant, Scope
from ikusei.org.models.imports import PeopleImport
from ikusei.org.models.person import Category, Employment, EmploymentKind, Leave, Person
from ikusei.org.models.post import Post, Posting, PostingKind, PostTerms
from ikusei.org.models.unit import Employer, EmployerKind, Unit, UnitKind, UnitPeriod

__all__ = [
    "Category",
    "Employer",
    "EmployerKind",
    "Employment",
    "EmploymentKind",
    "Leave",
    "PeopleImport",
    "Person",
    "Post",
    "PostTerms",
    "Posting",
    "PostingKind",
    "Purpose",
    "Role",
    "RoleGrant",
    "Scope",
    "Unit",
    "UnitKind",
    "UnitPeriod",
]
