from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "dingdan.integrations.messaging"
    label = "messaging"
    verbose_name = "Messaging"

    def ready(self) -> None:
        from dingdan.integrations.messaging import line, twilio
        from dingdan.masterdata.messengers.ports import firms, messengers

        for firm, messenger in ((twilio.FIRM, twilio.Twilio()), (line.FIRM, line.Line())):
            firms[firm.code] = firm
            messengers[firm.code] = messenger
