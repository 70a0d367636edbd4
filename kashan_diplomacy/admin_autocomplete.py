"""Autocompleting fields that survive what no browser sends.

Django looks what was chosen up in the database to show a refused form again, and a
choice that is no key at all makes that look-up, not the form, fail: an error of the
server's instead of "select a valid choice".
"""

import re

from django.contrib.admin import widgets

#: What a BigAutoField can hold, in few enough digits for both databases.
KEY = re.compile(r"[0-9]{1,18}", re.ASCII)


class OnlyKeys:
    def optgroups(self, name, value, attr=None):
        keys = [choice for choice in value if KEY.fullmatch(str(choice))]
        return super().optgroups(name, keys, attr)


class AutocompleteSelect(OnlyKeys, widgets.AutocompleteSelect):
    pass


class AutocompleteSelectMultiple(OnlyKeys, widgets.AutocompleteSelectMultiple):
    pass


class Autocompletes:
    """Mixed into an admin or an inline, for its `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        self._choose(AutocompleteSelect, db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        self._choose(AutocompleteSelectMultiple, db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _choose(self, widget, db_field, request, kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", widget(db_field, self.admin_site))
