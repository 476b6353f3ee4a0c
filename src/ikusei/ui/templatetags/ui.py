"""The template tag library of every page: `{% load ui %}`. The catalogue is in ui/README.md."""

from django import template

from ikusei.ui.templatetags import _blocks, _components, _values

register = template.Library()

for values in (_values.day, _values.moment, _values.fy, _values.text, _values.number, _values.menu_links):
    register.filter(values.__name__, values)

register.simple_tag(_values.today, name="today")
register.simple_tag(_values.query, name="query", takes_context=True)
register.simple_tag(_values.badge, name="badge")
register.simple_tag(_values.level, name="level")

for name, (component, takes_context) in _components.ALL.items():
    register.inclusion_tag(f"ui/components/{name}.html", name=name, takes_context=takes_context)(component)

register.simple_block_tag(_blocks.table, name="table")
register.simple_block_tag(_blocks.notice, name="notice")
register.simple_block_tag(_blocks.empty, name="empty")
register.simple_block_tag(_blocks.who_sees, name="who_sees")
