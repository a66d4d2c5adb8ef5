from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "dingdan.integrations.webhooks"
    label = "webhooks"
    verbose_name = "Webhooks"
