"""Whoever made a project leads it, and old ledger entries say what was bought."""

from django.db import migrations

AT_ONCE = 2000


def name_leads(apps, schema_editor):
    project = apps.get_model("studio", "Project")
    lead = project.leads.through
    made = project.objects.exclude(created_by=None).values_list("pk", "created_by_id")
    lead.objects.bulk_create([lead(project_id=pk, user_id=user) for pk, user in made], ignore_conflicts=True)


def name_purchases(apps, schema_editor):
    entry, generation = apps.get_model("credits", "Entry"), apps.get_model("studio", "Generation")
    unnamed = entry.objects.filter(operation="", cause__startswith="generation:").order_by("pk")
    last = 0
    while rows := list(unnamed.filter(pk__gt=last)[:AT_ONCE]):
        last = rows[-1].pk
        bought = generation.objects.in_bulk([row.cause.partition(":")[2] for row in rows])
        by_cause = {f"generation:{pk}": one for pk, one in bought.items()}
        for row in rows:
            if one := by_cause.get(row.cause):
                row.operation, row.model = one.operation, one.model
        entry.objects.bulk_update(rows, ["operation", "model"])


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0004_leads_and_approvals"),
        ("credits", "0006_every_entry_has_a_day"),
    ]
    operations = [
        migrations.RunPython(name_leads, migrations.RunPython.noop),
        migrations.RunPython(name_purchases, migrations.RunPython.noop),
    ]
