from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "dingdan.kernel"
    label = "kernel"
    verbose_name = "Kernel"

    def ready(self) -> None:
        # Whoever reads the journal must know every kind of event, also of apps whose commands it never gives.
        autodiscover_modules("events")
