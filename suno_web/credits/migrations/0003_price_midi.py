"""The provider publishes no price for notes: free until an admin says otherwise."""

from datetime import UTC, datetime

from django.db import migrations

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def seed(apps, schema_editor):
    price = apps.get_model("credits", "Price")
    price.objects.create(operation="midi", model="", credits="0", valid_from=SINCE)


def unseed(apps, schema_editor):
    apps.get_model("credits", "Price").objects.filter(operation="midi", valid_from=SINCE).delete()


class Migration(migrations.Migration):
    dependencies = [("credits", "0002_seed_the_price_list")]
    operations = [migrations.RunPython(seed, unseed)]
