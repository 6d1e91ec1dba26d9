"""The pages of the house as a whole: home."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dugnad.kernel import registry


def home(request: HttpRequest) -> HttpResponse:
    """The first page: what each hall has to say to this viewer."""
    sections = [section for show in registry.home_sections if (section := show(request))]
    return render(request, "site/home.html", {"sections": sections})
