"""The words of the front door: what each is for and which room answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """One word (or two) after `./thichinh`."""

    words: tuple[str, ...]
    vietnamese: str
    english: str
    command: str = ""  # the management command that answers; empty: the launcher itself
    arguments: tuple[str, ...] = ()  # fixed arguments put before the caller's own
    examples: tuple[str, ...] = ()  # what follows the words in its help
    developer: bool = False
    only_reads: bool = False  # then nothing is published before it: see `prepare.bring_structure`

    @property
    def name(self) -> str:
        """The words as typed."""
        return " ".join(self.words)

    @property
    def sentence(self) -> str:
        """What it does, Vietnamese first."""
        vietnamese, english = (
            words[0].upper() + words[1:] for words in (self.vietnamese, self.english)
        )
        return f"{vietnamese}. ({english}.)"

    @property
    def examples_text(self) -> str:
        """The examples below the help of the verb."""
        lines = [f"  ./thichinh {self.name} {rest}".rstrip() for rest in self.examples or ("",)]
        return "\n".join(["Ví dụ (examples):", *lines])


VERBS = (
    Verb(
        ("run",),
        "mở cửa: cơ sở dữ liệu, web và việc nền",
        "open the town hall: database, web, worker",
    ),
    Verb(
        ("init",),
        "lập một cơ quan thật trong thư mục trống (--from TỆP)",
        "found a real authority in an empty folder (--from FILE)",
    ),
    Verb(("serve",), "chỉ máy chủ web", "the web server alone"),
    Verb(("worker",), "chỉ việc nền", "the background worker alone"),
    Verb(
        ("backup",),
        "sao lưu dữ liệu, tệp và định nghĩa vào một tệp",
        "back up database, files and definitions into one file",
    ),
    Verb(
        ("restore",),
        "phục hồi bản sao lưu vào thư mục trống, đếm lại sổ",
        "restore a backup into an empty folder and prove the books",
    ),
    Verb(
        ("doctor",),
        "khám bản cài đặt, nói chỗ hỏng và cách chữa",
        "say what is wrong here, and the cure",
        examples=("", "--security", "--security --format json"),
    ),
    Verb(
        ("migrate",),
        "cập nhật cấu trúc cơ sở dữ liệu",
        "bring the database's structure up to date",
        "migrate",
    ),
    Verb(
        ("definitions", "check"),
        "thử các định nghĩa, không ghi gì",
        "try the definitions, write nothing",
        "definitions",
        ("check",),
        only_reads=True,
    ),
    Verb(
        ("definitions", "load"),
        "công bố các định nghĩa mới",
        "publish new definitions",
        "definitions",
        ("load",),
    ),
    Verb(
        ("definitions", "compare"),
        "lớp trên đã đổi gì từ khi cơ quan có bản riêng",
        "what the layer above changed since an override was made",
        "definitions",
        ("compare",),
        examples=("", "--format json"),
        only_reads=True,
    ),
    Verb(
        ("definitions", "override"),
        "chép một định nghĩa của lớp trên để sửa thành bản riêng",
        "copy a document of the layer above, to override it",
        "definitions",
        ("override",),
        examples=("calendar gio-lam-viec", "procedure khai-tu --from 2026-12-01"),
        only_reads=True,
    ),
    Verb(
        ("demo",),
        "nạp thị xã mẫu (--margins TỆP)",
        "load the example town (--margins FILE)",
        "demo",
        examples=("", "--margins bien.yaml --check", "--margins bien.yaml --format json"),
    ),
    Verb(
        ("import", "cases"),
        "nhập hồ sơ từ nhật ký sự kiện (CSV, XES)",
        "import dossiers from an event log (CSV, XES)",
        "import_cases",
    ),
    Verb(
        ("import", "procedures"),
        "nhập danh mục thủ tục (Excel của Cổng dịch vụ công)",
        "import procedures (the portal's Excel lists)",
        "import_procedures",
        examples=("danh-sach.xlsx --dry-run", "danh-sach.xlsx"),
    ),
    Verb(
        ("export",),
        "xuất hồ sơ ra CSV",
        "export dossiers as CSV",
        "export_data",
        only_reads=True,
    ),
    Verb(
        ("report", "show"),
        "in một báo cáo của một kỳ",
        "print a report of a period",
        "report_show",
        only_reads=True,
    ),
    Verb(
        ("stocks", "prove"),
        "đếm lại sổ cái và so với hồ sơ",
        "recount the books",
        "stocks_prove",
        examples=("", "--format json"),
        only_reads=True,
    ),
    Verb(
        ("stocks", "rebuild"),
        "cộng lại một sổ sau khi đổi cách chia, kỳ",
        "add a book up again after its grains or periods changed",
        "stocks_rebuild",
        examples=("dossiers",),
    ),
    Verb(
        ("test",),
        "chạy kiểm thử (tham số của pytest)",
        "run the tests (pytest's arguments)",
        developer=True,
    ),
    Verb(("check",), "kiểm tra mã nguồn", "lint, types, contracts, lock files", developer=True),
    Verb(("bench",), "đo tốc độ", "measure speed", developer=True),
    Verb(
        ("size",),
        "hàm và tệp dài nhất, vòng nhập",
        "longest files and functions, import rings",
        developer=True,
    ),
    Verb(
        ("pictures",), "chụp màn hình cho hướng dẫn", "screenshots for the guides", developer=True
    ),
    Verb(("lock",), "khóa lại các thư viện", "renew the lock files", developer=True),
    Verb(
        ("reference",),
        "trang tra cứu viết ra từ mã nguồn (--write)",
        "the pages written from the code (--write)",
        developer=True,
    ),
    Verb(
        ("messages",),
        "lời giao diện còn thiếu bản tiếng Anh (--write)",
        "words of the interface without English (--write)",
        developer=True,
    ),
    Verb(
        ("manage",), "lệnh quản trị Django bất kỳ", "any Django management command", developer=True
    ),
)


def find(arguments: list[str]) -> tuple[Verb, list[str]] | None:
    """The verb that the arguments begin with, and what follows it."""
    for verb in sorted(VERBS, key=lambda verb: -len(verb.words)):
        count = len(verb.words)
        if tuple(arguments[:count]) == verb.words:
            return verb, arguments[count:]
    return None


def halves(word: str) -> list[Verb]:
    """The two-word verbs that begin with this word."""
    return [verb for verb in VERBS if len(verb.words) == 2 and verb.words[0] == word]


def help_text() -> str:
    """What `./thichinh help` prints: Vietnamese first, English below each line."""
    return "\n".join(
        [
            "Thị Chính — phần mềm điều hành của một cơ quan hành chính địa phương",
            "           (the platform a local authority runs on)",
            "",
            "Cách dùng (usage): ./thichinh VIỆC [tham số]     ./thichinh VIỆC --help",
            "",
            *_lines(developer=False),
            "",
            "Dành cho người phát triển (for developers):",
            *_lines(developer=True),
            "",
            "Cài đặt bằng biến môi trường (settings): docs/reference/settings.md",
            "  THICHINH_DATA=THƯ_MỤC  dữ liệu của một thị xã khác (another town's data)",
            "  DATABASE_URL=…         dùng PostgreSQL 15 trở lên có sẵn (your own PostgreSQL)",
        ]
    )


def _lines(*, developer: bool) -> list[str]:
    lines = []
    for verb in VERBS:
        if verb.developer == developer:
            lines += [f"  {verb.name:<18} {verb.vietnamese}", f"  {'':<18} {verb.english}"]
    return lines
