from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("promotions", "0003_prices_are_remembered"),
    ]

    operations = [
        migrations.AddField(
            model_name="promotionuse",
            name="email_key",
            field=models.UUIDField(help_text="A digest of the e-mail that was ordered with", null=True),
        ),
        migrations.AddConstraint(
            model_name="promotionuse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("customer_id", None), ("given_back_at", None)),
                fields=("tenant_id", "promotion", "email_key", "place"),
                name="a_guest_has_each_place_once",
            ),
        ),
        migrations.AddIndex(
            model_name="promotionuse",
            index=models.Index(
                condition=models.Q(("email_key", None), _negated=True),
                fields=["tenant_id", "email_key"],
                name="uses_with_an_email",
            ),
        ),
    ]
