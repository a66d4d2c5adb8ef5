from django.apps import AppConfig


class WechatPayConfig(AppConfig):
    name = "dingdan.integrations.wechatpay"
    label = "wechatpay"
    verbose_name = "WeChat Pay"

    def ready(self) -> None:
        from dingdan.integrations.wechatpay.account import FIRM
        from dingdan.integrations.wechatpay.bills import Bills
        from dingdan.integrations.wechatpay.gateway import WechatPay
        from dingdan.integrations.wechatpay.notices import Notices
        from dingdan.ledgers.payments import ports
        from dingdan.masterdata.methods.ports import firms

        firms[FIRM.code] = FIRM
        ports.gateways[FIRM.code] = ports.closing[FIRM.code] = WechatPay()
        ports.hearing[FIRM.code] = Notices()
        ports.billing[FIRM.code] = Bills()
