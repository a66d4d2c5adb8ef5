from django.apps import AppConfig


class ViewsConfig(AppConfig):
    name = "dingdan.masterdata.views"
    label = "views"
    verbose_name = "Views"
