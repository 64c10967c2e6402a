"""Addresses of the panel's usage."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
