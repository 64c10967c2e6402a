"""Addresses of the panel's budgets."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
