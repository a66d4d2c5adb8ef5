from django.apps import AppConfig


class AftersalesConfig(AppConfig):
    name = "dingdan.trade.aftersales"
    label = "aftersales"
    verbose_name = "Aftersales"
