"""Events out: what happens is sent to the endpoints of a shop, signed as Standard Webhooks says, at least once and in order.

The register of endpoints is here, and not below, because nothing but this room knows of it. `collecting` is the consumer of the
feed: it writes down what is to be delivered, and no more. `sending` delivers, and alone speaks to the network.
"""
