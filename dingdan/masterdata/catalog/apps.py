from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "dingdan.masterdata.catalog"
    label = "catalog"
    verbose_name = "Catalog"
