"""What crosses the wire about dossiers."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema

from thichinh.foundation.bodies import BodyIn


class PersonIn(BodyIn):
    """The applicant as the desk writes them down."""

    full_name: str = Field(max_length=200)
    identity_number: str = Field(default="", max_length=20)
    birth_date: date | None = None
    phone: str = Field(default="", max_length=20)
    email: str = Field(default="", max_length=254)
    address: str = Field(default="", max_length=300)


class FileRef(BodyIn):
    """A file uploaded before, handed in for one paper."""

    paper: str = Field(max_length=60)
    name: str = Field(max_length=255)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class SubmissionIn(BodyIn):
    """What a citizen files; each paper is there as the files that name it."""

    procedure: str = Field(max_length=60)
    receiving_unit: str = Field(max_length=60)
    answers: dict[str, str | int | float | bool | None] = {}
    files: list[FileRef] = Field(default=[], max_length=30)


class ReceptionIn(SubmissionIn):
    """What the desk takes in, with the papers it counted: a known person's id, or facts of one."""

    papers: dict[str, int] = {}
    channel: int = Field(default=1, description="1 direct, 3 postal")
    applicant_id: int | None = None
    applicant: PersonIn | None = None


class DossierOut(Schema):
    """A dossier as its own people see it. Instants are ISO 8601 with offset."""

    number: str
    procedure: str
    unit: str
    receiving_unit: str
    applicant: str
    channel: int
    state: int
    state_name: str
    outcome: str
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    resolved_at: datetime | None
    returned_at: datetime | None


class DossierDetail(DossierOut):
    answers: dict[str, str | int | float | bool | None]
    papers: dict[str, int]
    note: str
    revision: int


class ReceiptOut(Schema):
    """What the applicant needs to follow the dossier."""

    number: str
    secret: str
    state: int
    due_at: datetime | None


class StateOut(Schema):
    number: str
    state: int
    state_name: str
    revision: int
    due_at: datetime | None


class ActOut(Schema):
    seq: int
    verb: str
    at: datetime
    unit: str
    to_unit: str | None
    officer: str | None
    on_behalf_of: str | None
    from_state: int
    to_state: int
    note: str


class DossierList(Schema):
    items: list[DossierOut]
    next: str | None = Field(description="cursor of the next page, if any")


class TrackingOut(Schema):
    """What a pair of codes reveals: never who the applicant is."""

    number: str
    procedure: str
    state: int
    state_name: str
    unit: str
    received_at: datetime | None
    due_at: datetime | None
    resolved_at: datetime | None
    returned_at: datetime | None
    note: str


class FileOut(Schema):
    sha256: str
    size: int
    media_type: str
