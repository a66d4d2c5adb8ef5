from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "dingdan.integrations.messaging"
    label = "messaging"
    verbose_name = "Messaging"

    def ready(self) -> None:
        from dingdan.integrations.messaging import line, twilio, wechat
        from dingdan.masterdata.messengers.ports import firms, messengers

        firms.update({one.FIRM.code: one.FIRM for one in (twilio, line, wechat)})
        messengers[twilio.FIRM.code] = twilio.Twilio()
        messengers[line.FIRM.code] = line.Line()
        messengers[wechat.FIRM.code] = wechat.WeChat()
