from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_goods_stand_in_categories"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="options_i18n",
            field=models.JSONField(blank=True, db_default=Value({}, models.JSONField()), default=dict),
        ),
    ]
