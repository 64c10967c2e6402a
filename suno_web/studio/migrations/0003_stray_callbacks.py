from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('studio', '0002_every_operation'),
    ]

    operations = [
        migrations.CreateModel(
            name='StrayCallback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('status', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(max_length=120)),
                ('body', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
    ]
