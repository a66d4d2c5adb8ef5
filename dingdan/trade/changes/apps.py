from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "dingdan.trade.changes"
    label = "changes"
    verbose_name = "Changes"
