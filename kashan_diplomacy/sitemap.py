"""What search engines are told: every published page, in both languages."""

from django.contrib.sitemaps import Sitemap
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import LocalePrefixPattern
from django.views.decorators.http import require_safe

from agreements.models import Agreement, City, Engagement, Theme
from budget.models import FiscalYear

#: No pages for people, or only the way to one.
_NO_PAGES = {"budget", "feed", "public_calendar"}
_CLOSED = ("admin", "calendar", "documents")
ROBOTS = """\
User-agent: *
{closed}
Disallow: /*?on=
Disallow: /*&on=

Sitemap: {sitemap}
"""


class _Bilingual(Sitemap):
    i18n = alternates = x_default = True


class Pages(_Bilingual):
    """Pages that need no argument, whichever app they are of."""

    def items(self):
        [public] = (
            each
            for each in get_resolver().url_patterns
            if isinstance(each.pattern, LocalePrefixPattern)
        )
        return sorted(set(_names(public.url_patterns)) - _NO_PAGES)

    def location(self, item):
        return reverse(item)


class Published(_Bilingual):
    """The pages of a model's published rows."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def items(self):
        return self.model.objects.published().order_by("pk")


class Themes(_Bilingual):
    """All of them: a theme is never hidden."""

    def items(self):
        return Theme.objects.order_by("pk")

    def location(self, theme):
        return reverse("theme_detail", args=[theme.slug])


SITEMAPS = {
    "pages": Pages,
    "cities": Published(City),
    "agreements": Published(Agreement),
    "engagements": Published(Engagement),
    "themes": Themes,
    "years": Published(FiscalYear),
}


@require_safe
def robots(request):
    """Past days are left out: they are there for people, and without end."""
    closed = (
        f"Disallow: {prefix}/{name}/" for name in _CLOSED for prefix in ("", "/en")
    )
    text = ROBOTS.format(
        closed="\n".join(closed),
        sitemap=request.build_absolute_uri(reverse("sitemap")),
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _names(patterns):
    """The names of those without arguments; not of the admin, which is a namespace."""
    for each in patterns:
        if isinstance(each, URLPattern):
            if not each.pattern.converters:
                yield each.name
        elif not each.namespace:
            yield from _names(each.url_patterns)
