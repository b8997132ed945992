"""Definition files with mistakes: each is a sentence that names the place, none a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from thichinh.foundation import definitions

HEAD = "code: linh-vuc-thu\nname: Lĩnh vực thử\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            HEAD + "effective_from: 2020-99-01\n",
            "effective_from: Phải là ngày giờ dạng NĂM-THÁNG-NGÀY, ví dụ 2022-06-15. Tệp ghi “2020-99-01”.",
        ),
        (HEAD, "effective_from: Thiếu thông tin này."),
        (HEAD + "effective_from: &a [*a]\n", "dòng 3, cột 21: *a nằm trong chính nó"),
        (HEAD + "effective_from: " + "[" * 100_000, "lồng quá 100 lớp"),
        (HEAD + HEAD, "dòng 3, cột 1: khoá “code” viết hai lần"),
    ],
)
def test_a_mistake_in_a_definition_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    folder = tmp_path / "fields"
    folder.mkdir()
    (folder / "thu.yaml").write_text(text)
    [problem] = definitions.check(tmp_path).problems
    assert said in str(problem)
