"""Django's admin, for operators: to look, never to change what was asked, made or paid."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from suno_web.studio.models import Generation, Project, Step, Track


class ReadOnly:
    """Rows that only activities change."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin[Project]):
    list_display = ("name", "team", "created_at")
    search_fields = ("name", "team__name")
    list_select_related = ("team",)


class StepInline(ReadOnly, admin.TabularInline[Step, Generation]):
    model = Step
    fields = ("at", "what", "payload")


@admin.register(Generation)
class GenerationAdmin(ReadOnly, admin.ModelAdmin[Generation]):
    list_display = ("title", "operation", "model", "status", "stage", "price", "project", "created_at")
    list_filter = ("status", "operation", "model")
    search_fields = ("title", "task_id", "problem")
    list_select_related = ("project",)
    # The callback's token is a secret.
    exclude = ("callback_token",)
    inlines = (StepInline,)


@admin.register(Track)
class TrackAdmin(ReadOnly, admin.ModelAdmin[Track]):
    list_display = ("title", "take", "duration", "loudness", "archived_at", "archive_problem")
    search_fields = ("title", "audio_id")
