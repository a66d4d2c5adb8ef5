from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "dingdan.masterdata.shop"
    label = "shop"
    verbose_name = "Shop"
