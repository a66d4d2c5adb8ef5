from django.apps import AppConfig


class PromotionsConfig(AppConfig):
    name = "dingdan.masterdata.promotions"
    label = "promotions"
    verbose_name = "Promotions"
