"""How facts of the organisation are written on a page."""

from decimal import Decimal
from typing import Any

from django import template

from ikusei.org import grades
from ikusei.org.job_types import job_type_name
from ikusei.org.rules import Explanation
from ikusei.org.rules.form import RuleForm

register = template.Library()


@register.filter
def grade(value: str) -> str:
    """A grade in the reader's language."""
    return grades.grade_label(value)


@register.filter
def job_type(key: str) -> str:
    """The name of a job type by its key."""
    return job_type_name(key)


@register.filter
def percent(share: Decimal) -> str:
    """A share between 0 and 1 as a percentage: 50%, 12.5%."""
    return f"{(share * 100).normalize():f}%"


@register.inclusion_tag("org/looks_tabs.html")
def looks_tabs(here: str) -> dict[str, Any]:
    """The tabs "who looked" and "who changed"; `here` is "looks" or "changes"."""
    return {"here": here}


@register.inclusion_tag("org/the_wall.html")
def the_wall() -> dict[str, Any]:
    """The sentence of every page that shows levels, wishes or looks: none of them feeds appraisal."""
    return {}


@register.inclusion_tag("org/rules/builder.html")
def rule_builder(form: RuleForm) -> dict[str, Any]:
    """The rows of a rule with their buttons, and whom the rule takes in. Stands inside the caller's own form."""
    return {"form": form}


@register.inclusion_tag("org/rules/explanation.html")
def rule_explanation(explanation: Explanation) -> dict[str, Any]:
    """Why somebody is in or not: one sentence, and every condition with what is recorded of the person."""
    return {"explanation": explanation}
