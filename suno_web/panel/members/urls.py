"""Addresses of the panel's members."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
