"""Every setting of an installation: one typed definition, read from environment variables.

`docs/reference/settings.md` is written from it (`./thichinh reference --write`) and a test compares.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "definitions"
"""The layers of definitions that come with the program."""


def _listed(value: Any) -> Any:
    return (
        [part.strip() for part in value.split(",") if part.strip()]
        if isinstance(value, str)
        else value
    )


Names = Annotated[list[str], BeforeValidator(_listed)]


class Environment(BaseModel):
    """The settings, each named by the environment variable that sets it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: str = Field(
        "",
        alias="DATABASE_URL",
        description="Any PostgreSQL 15 or newer, `postgresql://user:password@host/name`. "
        "Empty: the embedded server in the data folder. The web, and what has no address of its own "
        "below, works there.",
    )
    owner_database_url: str = Field(
        "",
        alias="THICHINH_OWNER_DATABASE_URL",
        description="The same database as the role that owns its tables: migrations, `init`, `restore` "
        "and the operator's other verbs work there, the web and the worker never hear of it.",
    )
    worker_database_url: str = Field(
        "",
        alias="THICHINH_WORKER_DATABASE_URL",
        description="The same database as the role of the background worker.",
    )
    backup_database_url: str = Field(
        "",
        alias="THICHINH_BACKUP_DATABASE_URL",
        description="The same database as a role that only reads, for `backup`.",
    )
    data: Path = Field(
        ROOT / "var",
        alias="THICHINH_DATA",
        description="The data folder of this town: cluster, files, logs, signing key.",
    )
    secret_key: str = Field(
        "",
        alias="THICHINH_SECRET_KEY",
        description="Signs sessions and tokens. Empty: generated once into the data folder.",
    )
    address: str = Field(
        "127.0.0.1",
        alias="THICHINH_ADDRESS",
        description="Where the web server listens. Loopback unless a proxy or a network needs more.",
    )
    port: int = Field(
        8000,
        alias="THICHINH_PORT",
        ge=1,
        le=65535,
        description="The port it listens on (`--port`).",
    )
    hosts: Names = Field(
        ["localhost", "127.0.0.1", "[::1]"],
        alias="THICHINH_HOSTS",
        description="Host names this town answers to, separated by commas.",
    )
    origins: Names = Field(
        [],
        alias="THICHINH_ORIGINS",
        description="Addresses behind a proxy from which forms are accepted, such as "
        "`https://dichvucong.example.vn`, separated by commas.",
    )
    https: bool = Field(
        False,
        alias="THICHINH_HTTPS",
        description="The town is reached over HTTPS (a proxy ends it and sends X-Forwarded-Proto): "
        "cookies are marked secure.",
    )
    proxies: int = Field(
        0,
        alias="THICHINH_PROXIES",
        ge=0,
        le=9,
        description="How many proxies of your own stand in front, one behind the other. A visitor's "
        "address is then the one that the outermost of them wrote into X-Forwarded-For; with 0 that "
        "header is not believed.",
    )
    web_processes: int = Field(
        2, alias="THICHINH_WEB_PROCESSES", ge=1, le=64, description="Web server processes."
    )
    web_threads: int = Field(
        4, alias="THICHINH_WEB_THREADS", ge=1, le=64, description="Requests served at once by each."
    )
    worker_jobs: int = Field(
        2, alias="THICHINH_WORKER_JOBS", ge=1, le=64, description="Background jobs run at once."
    )
    definitions: Path | None = Field(
        None,
        alias="THICHINH_DEFINITIONS",
        description="The folder of the authority's own definitions; its `layer.yaml` names the layer "
        "above. Empty: `definitions/` in the data folder, which `init` makes; without one the example "
        "town's.",
    )
    extra_apps: Names = Field(
        [],
        alias="THICHINH_EXTRA_APPS",
        description="Apps of others, above all of ours: dotted names of packages built like an app of "
        "the house, separated by commas.",
    )
    apps_path: Path | None = Field(
        None,
        alias="THICHINH_APPS_PATH",
        description="The folder in which those packages lie; Python looks there after everything that "
        "is installed. Empty: `apps/` in the data folder.",
    )
    files: Path | None = Field(
        None,
        alias="THICHINH_FILES",
        description="The folder of stored files. Empty: `files/` in the data folder.",
    )
    s3_bucket: str = Field(
        "",
        alias="THICHINH_S3_BUCKET",
        description="Keep stored files in this bucket of an S3 store instead of a folder.",
    )
    s3_endpoint: str = Field(
        "", alias="THICHINH_S3_ENDPOINT", description="The address of that S3 store."
    )
    draft_days: int = Field(
        60,
        alias="THICHINH_DRAFT_DAYS",
        ge=1,
        le=3650,
        description="How many days a citizen's unfinished filing is kept after the last change.",
    )
    smtp_host: str = Field(
        "",
        alias="THICHINH_SMTP_HOST",
        description="The mail server that takes e-mail. Empty: none is sent; what should have been "
        "waits in the outbox as not configured.",
    )
    smtp_port: int = Field(587, alias="THICHINH_SMTP_PORT", ge=1, le=65535, description="Its port.")
    smtp_user: str = Field(
        "", alias="THICHINH_SMTP_USER", description="The account on it, if it wants one."
    )
    smtp_password: str = Field(
        "", alias="THICHINH_SMTP_PASSWORD", description="The password of that account."
    )
    smtp_security: str = Field(
        "starttls",
        alias="THICHINH_SMTP_SECURITY",
        pattern="^(starttls|tls|none)$",
        description="How the line to it is closed to others: `starttls` (port 587), `tls` (465), or "
        "`none` for a server on this machine.",
    )
    mail_from: str = Field(
        "",
        alias="THICHINH_MAIL_FROM",
        description="The sender of e-mail, a name and an address: `UBND <ubnd@example.vn>`.",
    )
    sms_url: str = Field(
        "",
        alias="THICHINH_SMS_URL",
        description="The gateway that takes SMS as JSON "
        "([sms-gateway.md](sms-gateway.md)); `console:` writes them into the worker's log instead. "
        "The example town always does that: its telephone numbers are invented.",
    )
    sms_token: str = Field(
        "", alias="THICHINH_SMS_TOKEN", description="The key that the gateway asks for (Bearer)."
    )
    sms_sender: str = Field(
        "", alias="THICHINH_SMS_SENDER", description="The registered name that an SMS comes from."
    )
    notification_days: int = Field(
        365,
        alias="THICHINH_NOTIFICATION_DAYS",
        ge=30,
        le=3650,
        description="How many days messages and the log of their sending are kept.",
    )
    log_level: str = Field(
        "WARNING",
        alias="THICHINH_LOG_LEVEL",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="How much the processes write to their logs.",
    )
    debug: bool = Field(
        False,
        alias="THICHINH_DEBUG",
        description="Django's debug pages, for developers only.",
    )

    @property
    def definitions_folder(self) -> Path:
        """The lowest layer of definitions: the authority's own."""
        own = self.data / "definitions"
        return self.definitions or (own if own.is_dir() else SHIPPED / "example")

    @property
    def apps_folder(self) -> Path:
        """Where the packages of others lie, whatever folder a process works in."""
        return (self.apps_path or self.data / "apps").absolute()

    @property
    def files_folder(self) -> Path:
        """Where the local file store keeps its files."""
        return self.files or self.data / "files"

    @property
    def reachable_at(self) -> str:
        """What a person types into a browser on this machine."""
        everywhere = self.address in ("127.0.0.1", "0.0.0.0", "::", "::1")
        host = "localhost" if everywhere else self.address
        return f"http://{host}:{self.port}/"


class WrongSetting(Exception):
    """An environment variable whose value cannot be used; the text names it and says why."""


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """The settings of this process. Raises `WrongSetting` naming each variable at fault."""
    names = {field.alias for field in Environment.model_fields.values()}
    given = {name: value for name, value in variables.items() if name in names and value != ""}
    try:
        return Environment.model_validate(given)
    except ValidationError as error:
        faults = [f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors()]
        raise WrongSetting("; ".join(faults)) from error


def reference() -> str:
    """`docs/reference/settings.md`, from the definition above."""
    lines = [
        "# Settings",
        "",
        "Environment variables that an installation reads. Written from "
        "`src/thichinh/config/environment.py` by `./thichinh reference --write`.",
        "",
        "| variable | default | meaning |",
        "| --- | --- | --- |",
    ]
    for field in Environment.model_fields.values():
        lines.append(f"| `{field.alias}` | {_shown(field.default)} | {field.description} |")
    return "\n".join(lines) + "\n"


def _shown(default: Any) -> str:
    if isinstance(default, Path):
        return f"`{default.relative_to(ROOT)}/` beside the program"
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, list):
        return ", ".join(f"`{part}`" for part in default) or "none"
    return "none" if default in ("", None) else f"`{default}`"
