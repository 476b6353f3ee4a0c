"""Components with a template of their own: each function gives its template the values it shows."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template import Context

from ikusei.lib import clock
from ikusei.ui.components import Crumb, KeyFigure, Tab, Text

type Values = dict[str, Any]


def _kept(context: Context, *dropped: str) -> list[tuple[str, str]]:
    """The parameters of this page's query string but some, for a form that must not lose them."""
    request = context.get("request")
    if request is None:
        return []
    return [(key, value) for key, values in request.GET.lists() if key not in dropped for value in values]


def asof(context: Context, on: date, name: str = "on", label: Text = "") -> Values:
    """The date a page is read as of, with a form to read it as of another."""
    return {
        "on": on,
        "name": name,
        "label": label,
        "is_today": on == clock.today(),
        "kept": _kept(context, name, "page"),
    }


def sort(context: Context, key: str, label: Text, default: str = "", numeric: bool = False) -> Values:
    """The heading of a column that can be sorted: a link that turns the order over (`?sort=name`, `?sort=-name`)."""
    request = context["request"]
    current = request.GET.get("sort") or default
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    return {
        "request": request,
        "label": label,
        "direction": direction,
        "turned": f"-{key}" if direction == "ascending" else key,
        "numeric": numeric,
    }


def pagination(context: Context, page: Page[Any], name: str = "page", label: Text = "") -> Values:
    """The pages of a list, the query string kept; `label` tells two lists of one page apart."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    query = context["request"].GET
    return {
        "page": page,
        "label": label,
        "pages": [
            {"number": number, "url": _page_url(query, name, number), "current": number == page.number}
            if isinstance(number, int)
            else None
            for number in numbers
        ],
        "previous": _page_url(query, name, page.previous_page_number()) if page.has_previous() else "",
        "next": _page_url(query, name, page.next_page_number()) if page.has_next() else "",
    }


def _page_url(query: Any, name: str, number: int) -> str:
    changed = query.copy()
    changed[name] = str(number)
    return f"?{changed.urlencode()}"


def problems(rows: Sequence[Any], caption: Text = "", id: str = "problems") -> Values:
    """What is wrong in a file, row by row, with reason and fix (`ui.components.Problem` or alike)."""
    return {
        "rows": rows,
        "caption": caption,
        "id": id,
        "with_file": any(getattr(row, "file", "") for row in rows),
    }


def figures(items: Iterable[KeyFigure]) -> Values:
    """Key figures: number, label, counting rule, and the way down to the people."""
    return {"figures": list(items)}


def tabs(items: Iterable[Tab], label: Text) -> Values:
    """Pages about the same thing, as links; `label` names the set for those who do not see it."""
    return {"tabs": list(items), "label": label}


def breadcrumb(items: Iterable[Crumb]) -> Values:
    """The way down to this page."""
    return {"crumbs": list(items)}


def filters(context: Context, form: BaseForm, label: Text = "", submit: Text = "") -> Values:
    """A filter form (GET) that keeps the as-of date and the order, and shows a way back to everything."""
    names = {form.add_prefix(name) for name in form.fields}
    request = context["request"]
    return {
        "form": form,
        "label": label,
        "submit": submit,
        "kept": _kept(context, "page", *names),
        "is_filtered": any(request.GET.get(name) for name in names),
        "clear": _without(request.GET, names | {"page"}),
    }


def _without(query: Any, names: Iterable[str]) -> str:
    changed = query.copy()
    for name in names:
        changed.pop(name, None)
    return f"?{changed.urlencode()}"


def field(bound: BoundField, hide_label: bool = False) -> Values:
    """One field: label, help, input and its errors, tied together by aria-describedby."""
    kind = getattr(bound.field.widget, "input_type", "")
    is_choice = bound.use_fieldset and kind in {"radio", "checkbox"}
    return {
        "field": bound,
        "hide_label": hide_label,
        "is_checkbox": kind == "checkbox" and not bound.use_fieldset,
        "is_group": bound.use_fieldset,
        "options": list(bound) if is_choice else [],
        "says_optional": not bound.field.required and kind not in {"checkbox", "hidden"},
    }


def form_fields(form: BaseForm) -> Values:
    """Every visible field of a form, its hidden ones, and above them what is wrong as a whole."""
    return {"form": form}


def form_errors(form: BaseForm) -> Values:
    """What is wrong with a form, as links to its fields."""
    return {
        "form": form,
        "faulty": [bound for bound in form if bound.errors] if form.is_bound else [],
        "general": form.non_field_errors() if form.is_bound else [],
    }


def progress(value: int, total: int, label: Text, note: Text = "", id: str = "") -> Values:
    """A progress bar with its numbers in text."""
    return {"value": value, "total": total or 1, "label": label, "note": note, "id": id}


def downloads(csv: str = "", xlsx: str = "", json: str = "", label: Text = "", query: str = "") -> Values:
    """Download links; `query` (such as `request.GET.urlencode`) is added to each address."""
    tail = f"?{query}" if query else ""
    given = (("CSV", csv), ("XLSX", xlsx), ("JSON", json))
    return {"files": [(kind, f"{url}{tail}") for kind, url in given if url], "label": label}


def chart(kind: str, data: Any, title: Text, table: str, id: str = "") -> Values:
    """A chart (line, bar, radar) over the data table with the id `table`, which holds every value of it."""
    name = id or f"{table}-chart"
    return {"kind": kind, "data": data, "title": title, "table": table, "id": name, "data_id": f"{name}-data"}


ALL: dict[str, tuple[Callable[..., Values], bool]] = {
    "asof": (asof, True),
    "sort": (sort, True),
    "pagination": (pagination, True),
    "problems": (problems, False),
    "figures": (figures, False),
    "tabs": (tabs, False),
    "breadcrumb": (breadcrumb, False),
    "filters": (filters, True),
    "field": (field, False),
    "form_fields": (form_fields, False),
    "form_errors": (form_errors, False),
    "progress": (progress, False),
    "downloads": (downloads, False),
    "chart": (chart, False),
}
