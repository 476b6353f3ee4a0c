"""What Django says on our pages is Japanese on Japanese pages."""

import pytest
from django.utils.translation import gettext, override

from ikusei.ui.borrowed import SENTENCES


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_borrowed_sentence_has_japanese(sentence: str) -> None:
    with override("ja"):
        assert gettext(sentence) != sentence
