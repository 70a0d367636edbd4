"""How the widgets of forms become HTML: by Django's templates, but for two of them.

A select or an input is a handful of attributes, and a long form or a list that can be
edited holds hundreds. Each writer says what Django's template of that name says.
"""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.formats import localize
from django.utils.html import conditional_escape as escape

Widget = dict[str, Any]


def _attributes(widget: Widget) -> str:
    return "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{escape(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _input(widget: Widget) -> str:
    value = widget["value"]
    given = "" if value is None else f' value="{escape(value)}"'
    return (
        f'<input type="{escape(widget["type"])}" name="{escape(widget["name"])}"'
        f"{given}{_attributes(widget)}>"
    )


def _option(widget: Widget) -> str:
    label = escape(localize(widget["label"]))
    value = escape(widget["value"])
    return f'<option value="{value}"{_attributes(widget)}>{label}</option>'


def _select(widget: Widget) -> str:
    lines = []
    for name, options, _index in widget["optgroups"]:
        written = map(_option, options)
        if name:
            label = escape(localize(name))
            lines += [f'<optgroup label="{label}">', *written, "</optgroup>"]
        else:
            lines += written
    head = f'<select name="{escape(widget["name"])}"{_attributes(widget)}>'
    return "\n".join([head, *lines, "</select>"])


#: By what Django calls the templates that hold nothing else.
_INPUTS = (
    *("checkbox", "color", "date", "datetime", "email", "file", "hidden", "number"),
    *("password", "search", "tel", "text", "time", "url"),
)
_WRITERS = {f"django/forms/widgets/{name}.html": _input for name in _INPUTS} | {
    "django/forms/widgets/select.html": _select
}


class FormRenderer(TemplatesSetting):
    def render(self, template_name: str, context: dict[str, Any], request=None) -> str:
        if write := _WRITERS.get(template_name):
            return write(context["widget"])
        return super().render(template_name, context, request)
