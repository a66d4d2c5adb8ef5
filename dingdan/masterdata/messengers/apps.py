from django.apps import AppConfig


class MessengersConfig(AppConfig):
    name = "dingdan.masterdata.messengers"
    label = "messengers"
    verbose_name = "Messengers"
