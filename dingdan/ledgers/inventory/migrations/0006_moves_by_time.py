from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_what_articles_cost")]

    operations = [
        migrations.AddIndex(model_name="move", index=models.Index(fields=["tenant_id", "at"], name="moves_by_time")),
    ]
