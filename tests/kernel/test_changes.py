from dingdan.kernel.changes import FieldChange, changes


def test_what_differs_is_told() -> None:
    before = {"name": "Mug", "weight": 350, "options": {"size": "L"}, "note": ""}
    after = {"name": "Mug", "weight": 360, "options": {"size": "XL"}, "note": None}
    assert changes(before, after) == (
        FieldChange(field="weight", before="350", after="360"),
        FieldChange(field="options", before='{"size":"L"}', after='{"size":"XL"}'),
        FieldChange(field="note", before="", after=None),
    )


def test_of_what_is_new_only_what_is_not_empty_is_told() -> None:
    after: dict[str, object] = {"name": "Mug", "note": "", "options": {}, "limit": None, "count": 0, "sold": False}
    assert changes(None, after, prefix="mug.") == (
        FieldChange(field="mug.name", before=None, after="Mug"),
        FieldChange(field="mug.count", before=None, after="0"),
        FieldChange(field="mug.sold", before=None, after="false"),
    )


def test_of_what_is_personal_only_the_name_of_the_field_is_told() -> None:
    told = changes({"email": "a@example.com"}, {"email": "b@example.com"}, veiled={"email"})
    assert told == (FieldChange(field="email", before=None, after=None),)
    assert changes(None, {"email": "b@example.com"}, veiled={"email"}) == told
