from django.urls import path

from . import engagement_pages, promise_pages, theme_pages, views

urlpatterns = [
    path("cities/", views.city_list, name="city_list"),
    path("cities/<slug:slug>/", views.city_detail, name="city_detail"),
    path("agreements/", views.agreement_list, name="agreement_list"),
    path("agreements/<int:pk>/", views.agreement_detail, name="agreement_detail"),
    path("engagements/", engagement_pages.engagement_list, name="engagement_list"),
    path(
        "engagements/<int:pk>/",
        engagement_pages.engagement_detail,
        name="engagement_detail",
    ),
    path("documents/<int:pk>/", views.document_file, name="document_file"),
    path("promises/", promise_pages.promise_list, name="promise_list"),
    path("themes/", theme_pages.theme_list, name="theme_list"),
    path("themes/<slug:slug>/", theme_pages.theme_detail, name="theme_detail"),
    path("gifts/", views.gift_list, name="gift_list"),
    path("outcomes/", views.outcome_list, name="outcome_list"),
    path("memberships/", views.membership_list, name="membership_list"),
]
