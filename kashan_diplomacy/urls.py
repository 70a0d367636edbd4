"""Persian stands at /, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from . import desk, views

urlpatterns = i18n_patterns(
    path("", views.home, name="home"),
    path("admin/", admin.site.urls),
    path("calendar/<str:token>.ics", desk.calendar_feed, name="calendar_feed"),
    path("figures/", views.figures, name="figures"),
    path("gaps/", views.gaps, name="gaps"),
    path("", include("agreements.urls")),
    path("", include("budget.urls")),
    prefix_default_language=False,
)
