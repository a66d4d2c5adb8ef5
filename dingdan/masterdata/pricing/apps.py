from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "dingdan.masterdata.pricing"
    label = "pricing"
    verbose_name = "Pricing"
