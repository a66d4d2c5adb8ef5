from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "dingdan.ledgers.inventory"
    label = "inventory"
    verbose_name = "Inventory"
