from django.apps import AppConfig


class AlipayConfig(AppConfig):
    name = "dingdan.integrations.alipay"
    label = "alipay"
    verbose_name = "Alipay"

    def ready(self) -> None:
        from dingdan.integrations.alipay.account import FIRM
        from dingdan.integrations.alipay.bills import Bills
        from dingdan.integrations.alipay.gateway import Alipay
        from dingdan.integrations.alipay.notices import Notices
        from dingdan.ledgers.payments import ports
        from dingdan.masterdata.methods.ports import firms

        firms[FIRM.code] = FIRM
        ports.gateways[FIRM.code] = ports.closing[FIRM.code] = Alipay()
        ports.hearing[FIRM.code] = Notices()
        ports.billing[FIRM.code] = Bills()
