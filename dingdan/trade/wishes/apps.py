from django.apps import AppConfig


class WishesConfig(AppConfig):
    name = "dingdan.trade.wishes"
    label = "wishes"
    verbose_name = "Wishes"
