"""Addresses of the panel's health."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
