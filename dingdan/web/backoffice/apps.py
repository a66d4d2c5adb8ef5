from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "dingdan.web.backoffice"
    label = "backoffice"
    verbose_name = "Back office"
