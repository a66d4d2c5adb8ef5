from django.apps import AppConfig


class WordingConfig(AppConfig):
    name = "dingdan.masterdata.wording"
    label = "wording"
    verbose_name = "Wording"
