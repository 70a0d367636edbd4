"""Persian stands at /, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from . import desk, views
from .feeds import LatestNews, public_calendar
from .opendata import views as opendata
from .sitemap import SITEMAPS, robots

# In no language, and below addresses that never change.
urlpatterns = [
    *opendata.file_urls,
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]
urlpatterns += i18n_patterns(
    path("", views.home, name="home"),
    path("admin/", admin.site.urls),
    path("calendar/<str:token>.ics", desk.calendar_feed, name="calendar_feed"),
    path("feed.atom", LatestNews(), name="feed"),
    path("events.ics", public_calendar, name="public_calendar"),
    path("data/", opendata.open_data, name="open_data"),
    path("figures/", views.figures, name="figures"),
    path("gaps/", views.gaps, name="gaps"),
    path("", include("agreements.urls")),
    path("", include("budget.urls")),
    prefix_default_language=False,
)

handler400 = "kashan_diplomacy.unavailable.bad_request"
handler500 = "kashan_diplomacy.unavailable.server_error"
