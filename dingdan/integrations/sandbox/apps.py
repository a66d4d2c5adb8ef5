from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "dingdan.integrations.sandbox"
    label = "sandbox"
    verbose_name = "Sandbox gateway"

    def ready(self) -> None:
        from django.conf import settings

        from dingdan.integrations.sandbox.gateway import SandboxGateway
        from dingdan.ledgers.payments.ports import gateways
        from dingdan.masterdata.methods.ports import without_account

        if settings.SANDBOX_GATEWAY:
            gateways["sandbox"] = SandboxGateway()
            without_account.add("sandbox")
