from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "dingdan.insight.board"
    label = "board"
    verbose_name = "Board"
