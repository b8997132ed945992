"""A label of a lying bar never leaves its drawing: a long one takes another line."""

from __future__ import annotations

from thichinh.foundation.ui.charts import LINE, ROW, ROW_LETTERS, Chart, Series, draw

LONG = "Phòng Lao động - Thương binh và Xã hội thị xã Đức Phổ"


def test_a_long_label_takes_two_lines_and_the_drawing_grows() -> None:
    drawn = draw(Chart("t", ["Xã Phổ An", LONG], [Series("n", [1, 2])], kind="hbar"))
    marks = str(drawn.layers[0].marks)
    written = [part.split("<")[0] for part in marks.split('">')]
    assert all(len(words) <= ROW_LETTERS for words in written)
    assert "Phòng Lao động - Thương binh và Xã hội thị<" in marks
    assert "xã Đức Phổ<" in marks
    assert drawn.height == 2 * ROW + LINE
    assert f"<title>{LONG} – n: 2</title>" in marks
