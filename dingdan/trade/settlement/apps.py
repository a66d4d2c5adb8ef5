from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "dingdan.trade.settlement"
    label = "settlement"
    verbose_name = "Settlement"
