from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "dingdan.masterdata.customers"
    label = "customers"
    verbose_name = "Customers"
