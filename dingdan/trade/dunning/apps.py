from django.apps import AppConfig


class DunningConfig(AppConfig):
    name = "dingdan.trade.dunning"
    label = "dunning"
    verbose_name = "Dunning"
