from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "dingdan.masterdata.policies"
    label = "policies"
    verbose_name = "Policies"
