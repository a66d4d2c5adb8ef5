"""A double of Alipay (the open platform's gateway, mainland China), at the level of its public API (https://opendocs.alipay.com)."""

from dingdan.integrations.sandbox.firms.alipay.firm import Alipay

__all__ = ["Alipay"]
