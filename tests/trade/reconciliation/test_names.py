"""Names of payers are compared without what banks and people add or leave out."""

import pytest

from dingdan.trade.reconciliation.rules.names import Fit, fit


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Ann Lee", "LEE, ANN", Fit.SAME),
        ("Dr. Jörg Müller", "Joerg Mueller", Fit.SAME),
        ("Jörg Müller", "JORG MULLER", Fit.SAME),
        ("Muster Handels GmbH & Co. KG", "MUSTER HANDELS", Fit.SAME),
        ("Herr Jörg Müller und Frau Eva Müller", "Eva Müller", Fit.SAME),
        ("J. Smith", "John Smith", Fit.SIMILAR),
        ("K. Smith", "John Smith", Fit.NONE),
        ("Eva Smith", "John Smith", Fit.NONE),
        ("王小明", "王小明 先生", Fit.SAME),
        ("台北茶業股份有限公司", "台北茶業", Fit.SAME),
        ("上海朗瑞贸易有限公司", "朗瑞贸易上海", Fit.NONE),
        ("王小明", "王小", Fit.NONE),
        ("", "Ann Lee", Fit.NONE),
        ("GmbH", "Ltd", Fit.NONE),
    ],
)
def test_fit(one: str, other: str, expected: Fit) -> None:
    assert fit(one, other) is fit(other, one) is expected
