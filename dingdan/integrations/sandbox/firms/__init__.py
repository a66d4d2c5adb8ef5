"""The doubles of payment firms: a server of its own that stands in for Stripe, WeChat Pay, Alipay and PayPal.

To the rest of the house this is another company. It shares no line with our adapters, knows no model and no database of ours,
and is spoken to over HTTP alone, as the firms are. `docs/sandbox.md` says how to use it, and what it does not do.
"""
