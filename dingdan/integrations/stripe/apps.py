from django.apps import AppConfig


class StripeConfig(AppConfig):
    name = "dingdan.integrations.stripe"
    label = "stripe"
    verbose_name = "Stripe"

    def ready(self) -> None:
        from dingdan.integrations.stripe.account import FIRM
        from dingdan.integrations.stripe.bills import StripeBilling
        from dingdan.integrations.stripe.disputes import StripeDisputes
        from dingdan.integrations.stripe.gateway import StripeGateway
        from dingdan.integrations.stripe.notices import StripeHearing
        from dingdan.integrations.stripe.saved import StripeSaved
        from dingdan.ledgers.payments.ports import billing, closing, disputing, gateways, hearing, saving
        from dingdan.masterdata.methods.ports import firms

        gateway = StripeGateway()
        firms[FIRM.code] = FIRM
        gateways[FIRM.code] = gateway
        closing[FIRM.code] = gateway
        hearing[FIRM.code] = StripeHearing()
        billing[FIRM.code] = StripeBilling()
        saving[FIRM.code] = StripeSaved()
        disputing[FIRM.code] = StripeDisputes()
