"""Django's admin, for operators: the price list can be added to, the ledger only read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from suno_web.credits.models import Budget, Check, Entry, Pool, Price


@admin.register(Price)
class PriceAdmin(admin.ModelAdmin[Price]):
    """A new price is a new row; rows in force stay as the record of what was charged."""

    list_display = ("operation", "model", "credits", "valid_from", "team")
    list_select_related = ("team",)
    list_filter = ("operation",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "team", "kind", "amount", "cause", "member", "note")
    list_filter = ("kind",)
    search_fields = ("cause", "note")
    list_select_related = ("team", "member")


@admin.register(Pool)
class PoolAdmin(ReadOnlyAdmin):
    list_display = ("team", "available", "held", "spent", "allowance", "month")
    list_select_related = ("team",)


@admin.register(Budget)
class BudgetAdmin(ReadOnlyAdmin):
    """Set in the panel, where it is recorded who did."""

    list_display = ("team", "member", "project", "amount", "rolls_over")
    list_select_related = ("team", "member")


@admin.register(Check)
class CheckAdmin(ReadOnlyAdmin):
    list_display = ("at", "team", "by", "entries", "differences")
    list_select_related = ("team", "by")
