"""Addresses of the panel's health."""

from django.urls import path

from suno_web.panel.health import views

urlpatterns = [
    path("admin/health/", views.health, name="health"),
    path("admin/health/books/", views.books, name="health_books"),
]
