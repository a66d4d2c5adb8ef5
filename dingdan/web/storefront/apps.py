from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "dingdan.web.storefront"
    label = "storefront"
    verbose_name = "Storefront"
