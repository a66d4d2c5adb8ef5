"""WeChat Pay for a merchant in mainland China, over its API v3: https://pay.weixin.qq.com/doc/v3."""
