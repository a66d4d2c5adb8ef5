from django.apps import AppConfig


class RatesConfig(AppConfig):
    name = "dingdan.masterdata.rates"
    label = "rates"
    verbose_name = "Rates"
