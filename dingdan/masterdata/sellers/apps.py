from django.apps import AppConfig


class SellersConfig(AppConfig):
    name = "dingdan.masterdata.sellers"
    label = "sellers"
    verbose_name = "Sellers"
