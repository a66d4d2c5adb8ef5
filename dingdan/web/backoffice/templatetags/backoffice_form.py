"""What stands in a field of a form: what was written into it, else what is so now."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def written(context: dict[str, Any], name: str, of: Any, now: Any) -> str:
    """What was written into the field of a name (and of a row), else what is so now."""
    return str(context["form"].values.get(f"{name}{of}", now))


@register.simple_tag(takes_context=True)
def checked(context: dict[str, Any], name: str, of: Any, now: Any) -> str:
    """Whether a box is checked: as it was sent, else as it is now."""
    form = context["form"]
    is_on = f"{name}{of}" in form.values if form.is_sent else bool(now)
    return mark_safe(" checked") if is_on else ""
