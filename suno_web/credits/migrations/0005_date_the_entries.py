"""Every entry gets the day it was in its team's time zone."""

from zoneinfo import ZoneInfo

from django.db import migrations

AT_ONCE = 2000


def date(apps, schema_editor):
    entry = apps.get_model("credits", "Entry")
    zones = {}
    while undated := list(entry.objects.filter(day=None).select_related("team").order_by("pk")[:AT_ONCE]):
        for one in undated:
            zone = zones.setdefault(one.team_id, ZoneInfo(one.team.time_zone))
            one.day = one.created_at.astimezone(zone).date()
        entry.objects.bulk_update(undated, ["day"])


class Migration(migrations.Migration):
    dependencies = [("credits", "0004_budgets_rules_and_requests")]
    operations = [migrations.RunPython(date, migrations.RunPython.noop)]
