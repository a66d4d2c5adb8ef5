"""Online Retail: a year of a British wholesaler of gifts (UCI Machine Learning Repository), as documents of a shop.

The first weeks ship with the program: see ``data/ATTRIBUTION.md``.
"""

from pathlib import Path
from typing import Final

#: Online Retail from 2010-12-01 to 2010-12-21.
SLICE: Final = Path(__file__).resolve().parents[1] / "data" / "online_retail_2010_12.csv.gz"
