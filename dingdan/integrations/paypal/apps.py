from django.apps import AppConfig


class PayPalConfig(AppConfig):
    name = "dingdan.integrations.paypal"
    label = "paypal"
    verbose_name = "PayPal"

    def ready(self) -> None:
        from dingdan.integrations.paypal.account import FIRM
        from dingdan.integrations.paypal.bills import PayPalBilling
        from dingdan.integrations.paypal.gateway import PayPalGateway
        from dingdan.integrations.paypal.notices import PayPalHearing
        from dingdan.ledgers.payments.ports import billing, closing, gateways, hearing
        from dingdan.masterdata.methods.ports import firms

        gateway = PayPalGateway()
        firms[FIRM.code] = FIRM
        gateways[FIRM.code] = gateway
        closing[FIRM.code] = gateway
        hearing[FIRM.code] = PayPalHearing()
        billing[FIRM.code] = PayPalBilling()
