from django.urls import path

from . import views

urlpatterns = [
    path("budget/", views.budget, name="budget"),
    path("budget/<int:year>/", views.budget_year, name="budget_year"),
]
