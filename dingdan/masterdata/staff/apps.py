from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "dingdan.masterdata.staff"
    label = "staff"
    verbose_name = "Staff"
