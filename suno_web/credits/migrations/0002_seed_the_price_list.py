"""Credits per successful call, as the Suno API's provider charges them."""

from datetime import UTC, datetime

from django.db import migrations

PRICES = {
    "generate": "12",
    "extend": "12",
    "upload_cover": "12",
    "upload_extend": "12",
    "add_instrumental": "12",
    "add_vocals": "12",
    "mashup": "12",
    "replace_section": "5",
    "separate_vocal": "10",
    "split_stem": "50",
    "split_stem_advanced": "20",
    "mp4": "2",
    "sounds": "2.5",
    "lyrics": "0.4",
    "wav": "0.4",
    "style": "0.4",
    "timestamped_lyrics": "0.5",
    "persona": "0",
    "cover": "0",
}
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def seed(apps, schema_editor):
    price = apps.get_model("credits", "Price")
    price.objects.bulk_create(
        price(operation=operation, model="", credits=credits, valid_from=SINCE)
        for operation, credits in PRICES.items()
    )


def unseed(apps, schema_editor):
    apps.get_model("credits", "Price").objects.filter(operation__in=PRICES, valid_from=SINCE).delete()


class Migration(migrations.Migration):
    dependencies = [("credits", "0001_first")]
    operations = [migrations.RunPython(seed, unseed)]
