from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "dingdan.trade.orders"
    label = "orders"
    verbose_name = "Orders"
