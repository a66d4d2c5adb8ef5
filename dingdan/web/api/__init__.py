"""The API for programs: /api/v1. `api` is what the addresses are made of.

`frame` is around every operation, `reads` and `writes` make operations, `resources` are the operations by what they are about.
"""

from dingdan.web.api import resources
from dingdan.web.api.frame import api

__all__ = ["api", "resources"]
