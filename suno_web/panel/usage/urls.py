"""Addresses of the panel's usage."""

from django.urls import path

from suno_web.panel.usage import entry_views, mine_views, views

urlpatterns = [
    path("admin/usage/", views.usage, name="usage"),
    path("admin/usage/usage.csv", views.usage_csv, name="usage_csv"),
    path("admin/entries/", entry_views.entries, name="entries"),
    path("admin/entries/entries.csv", entry_views.entries_csv, name="entries_csv"),
    path("usage/", mine_views.my_usage, name="my_usage"),
    path("usage/usage.csv", mine_views.my_usage_csv, name="my_usage_csv"),
    path("usage/entries.csv", mine_views.my_entries_csv, name="my_entries_csv"),
]
