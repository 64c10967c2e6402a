"""Addresses of the panel's audit."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
