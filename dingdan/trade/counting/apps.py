from django.apps import AppConfig


class CountingConfig(AppConfig):
    name = "dingdan.trade.counting"
    label = "counting"
    verbose_name = "Counting"
