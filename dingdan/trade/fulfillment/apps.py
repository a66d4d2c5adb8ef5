from django.apps import AppConfig


class FulfillmentConfig(AppConfig):
    name = "dingdan.trade.fulfillment"
    label = "fulfillment"
    verbose_name = "Fulfillment"
