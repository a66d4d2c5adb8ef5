from django.apps import AppConfig


class ClosingConfig(AppConfig):
    name = "dingdan.trade.closing"
    label = "closing"
    verbose_name = "Closing"
