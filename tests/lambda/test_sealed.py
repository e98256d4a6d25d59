"""The form of a sealed value, without KMS: a wrapped key of any length, and a value that was cut anywhere."""

from __future__ import annotations

import pytest
from transactions.data_keys import DataKey
from transactions.errors import DamagedFieldsError
from transactions.fields import Fields

PLAIN = bytes(range(32))


class Keys:
    """One data key, wrapped into so many bytes."""

    def __init__(self, size: int) -> None:
        self.wrapped = bytes(number % 251 for number in range(size))

    def for_sealing(self, log):
        return DataKey(PLAIN, self.wrapped)

    def for_opening(self, wrapped, log):
        assert wrapped == self.wrapped
        return PLAIN


@pytest.mark.parametrize("size", [1, 184, 255, 256, 6144])
def test_a_wrapped_key_of_any_length_comes_back(size, log):
    fields = Fields(Keys(size))
    assert fields.open("t", fields.seal("t", {"card": "4111", "name": "Zoë"}, log), log) == {
        "card": "4111",
        "name": "Zoë",
    }


def test_a_sealed_value_is_no_longer_than_its_texts_in_utf_8(log):
    sealed = Fields(Keys(40)).seal("t", {"name": "é" * 256}, log)
    assert len(sealed) == 3 + 40 + 12 + len(f'{{"name": "{"é" * 256}"}}'.encode()) + 16


def test_a_value_that_was_cut_anywhere_is_refused(log):
    fields = Fields(Keys(40))
    sealed = fields.seal("t", {"card": "4111"}, log)
    for kept in range(3 + 40 + 12 + 16):
        with pytest.raises(DamagedFieldsError, match="not in a form that is known here"):
            fields.open("t", sealed[:kept], log)
    for kept in range(3 + 40 + 12 + 16, len(sealed)):
        with pytest.raises(DamagedFieldsError, match="were changed, or moved"):
            fields.open("t", sealed[:kept], log)
