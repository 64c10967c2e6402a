from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credits", "0005_date_the_entries")]
    operations = [migrations.AlterField(model_name="entry", name="day", field=models.DateField())]
