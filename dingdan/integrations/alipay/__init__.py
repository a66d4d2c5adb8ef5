"""Alipay 支付宝, as a merchant of mainland China is connected to it: one signed gateway, notices, bills.

The signing is our own, because it is short and must be right: see `signing` and `keys`. `gateway` says what is done, `trades`
what Alipay's answers mean; only `client` knows that there is a network.
"""
