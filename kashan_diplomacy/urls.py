"""Persian stands at /, English under /en/."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = i18n_patterns(
    path("admin/", admin.site.urls),
    *[
        path("", include(urls))
        for urls in ("agreements.urls", "budget.urls")
        if find_spec(urls)
    ],
    prefix_default_language=False,
)
