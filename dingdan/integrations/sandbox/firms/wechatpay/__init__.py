"""A double of WeChat Pay (API v3, mainland China), at the level of its public HTTP API (https://pay.weixin.qq.com/doc/v3)."""

from dingdan.integrations.sandbox.firms.wechatpay.firm import WeChatPay

__all__ = ["WeChatPay"]
