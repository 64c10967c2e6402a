"""Every entry gets the day it was in its team's time zone, and every pool what was spent in its month."""

from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import Sum

AT_ONCE = 2000


def date(apps, schema_editor):
    entry = apps.get_model("credits", "Entry")
    zones = {}
    while undated := list(entry.objects.filter(day=None).select_related("team").order_by("pk")[:AT_ONCE]):
        for one in undated:
            zone = zones.setdefault(one.team_id, ZoneInfo(one.team.time_zone))
            one.day = one.created_at.astimezone(zone).date()
        entry.objects.bulk_update(undated, ["day"])


def count(apps, schema_editor):
    pool, entry = apps.get_model("credits", "Pool"), apps.get_model("credits", "Entry")
    for one in pool.objects.exclude(month=""):
        year, month = one.month.split("-")
        settled = entry.objects.filter(
            team_id=one.team_id, kind="settle", day__year=int(year), day__month=int(month)
        )
        one.spent = round(settled.aggregate(sum=Sum("amount"))["sum"] or 0, 2)
        one.save(update_fields=["spent"])


class Migration(migrations.Migration):
    dependencies = [("credits", "0004_budgets_rules_and_requests")]
    operations = [
        migrations.RunPython(date, migrations.RunPython.noop),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
