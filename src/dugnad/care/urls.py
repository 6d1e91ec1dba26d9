"""The doors of care."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
