from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "dingdan.masterdata.channels"
    label = "channels"
    verbose_name = "Channels"
