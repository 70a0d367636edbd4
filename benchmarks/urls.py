from django.http import HttpResponse
from django.urls import path

from kashan_diplomacy.urls import urlpatterns as pages


def floor(request):
    """What no page can cost less than: all of the middleware and a constant."""
    return HttpResponse("floor")


urlpatterns = [path("floor/", floor), *pages]
