from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="limits",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list, help_text="As those of roles."),
        ),
        migrations.AddField(
            model_name="role",
            name="limits",
            field=models.JSONField(
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text="What may be done up to which amounts: see `LimitDraft`.",
            ),
        ),
        migrations.AddField(
            model_name="role",
            name="second_factor",
            field=models.BooleanField(db_default=False, default=False, help_text="Whoever has it must have a second factor."),
        ),
    ]
