from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "dingdan.trade.reconciliation"
    label = "reconciliation"
    verbose_name = "Reconciliation"
