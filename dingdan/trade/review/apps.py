from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "dingdan.trade.review"
    label = "review"
    verbose_name = "Review"
