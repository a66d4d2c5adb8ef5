from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "dingdan.ledgers.payments"
    label = "payments"
    verbose_name = "Payments"
