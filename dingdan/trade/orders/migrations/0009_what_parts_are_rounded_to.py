from django.db import migrations, models


class Migration(migrations.Migration):
    """What was sold before keeps running along single minor units, as its parts that were given back or invoiced did."""

    dependencies = [
        ("orders", "0008_devices_are_told"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="step",
            field=models.IntegerField(db_default=1, default=1, help_text="What parts of it are rounded to, in minor units"),
        ),
    ]
