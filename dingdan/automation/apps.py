from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "dingdan.automation"
    label = "automation"
    verbose_name = "Automation"
