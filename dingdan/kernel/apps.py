from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "dingdan.kernel"
    label = "kernel"
    verbose_name = "Kernel"
