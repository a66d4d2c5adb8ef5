from django.apps import AppConfig


class RollupsConfig(AppConfig):
    name = "dingdan.insight.rollups"
    label = "rollups"
    verbose_name = "Rollups"
