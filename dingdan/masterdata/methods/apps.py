from django.apps import AppConfig


class MethodsConfig(AppConfig):
    name = "dingdan.masterdata.methods"
    label = "methods"
    verbose_name = "Payment methods"
