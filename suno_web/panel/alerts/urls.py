"""Addresses of the panel's alerts."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
