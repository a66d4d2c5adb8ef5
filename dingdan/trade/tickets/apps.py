from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "dingdan.trade.tickets"
    label = "tickets"
    verbose_name = "Tickets"
