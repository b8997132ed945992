"""`.importlinter`, written from the list of the house (`./thichinh reference --write`)."""

from __future__ import annotations

from pathlib import Path

from thichinh.config.house import APPS, FLOORS, PACKAGE

SOURCES = Path(__file__).resolve().parents[1]
ABOVE = ("launcher", "config")
"""What stands above the apps and is none: who starts the house, and who assembles it."""

ROOMS: tuple[tuple[str, ...], ...] = (
    ("tests",),
    ("apps",),
    ("contribution",),
    ("urls",),
    ("views", "api", "tasks", "handlers", "management"),
    ("access",),
    ("listings",),
    ("forms", "schemas"),
    ("measures", "datasets"),
    ("actions",),
    ("queries",),
    ("rules",),
    ("events",),
    ("models",),
    ("migrations",),
)
"""Wiring, doors, forms, contributions to engines, writes, reads, the law, facts: the highest first."""

DOORS = ("urls", "views", "api", "tasks", "handlers", "management", "forms")
"""Rooms that nobody imports from outside the app."""

ENGINES: tuple[tuple[str, ...], ...] = (
    ("apps", "templatetags", "contribution", "management", "tasks"),
    ("acts",),
    ("declared", "listing"),
    ("ui",),
    ("downloads", "forms", "bulk", "jobs", "numbering", "pdf"),
    ("audit", "calendar", "commands", "storage"),
    ("definitions", "heads", "text", "web"),
    ("clock", "events", "idempotency", "paging", "throttle", "uploads", "yaml_files"),
    ("bodies", "contributions", "errors", "faults", "headers", "models", "rows"),
    ("migrations",),
)
"""The inner order of foundation, the highest first: wiring, the engine of acts, pages, what is drawn
or sent, what is written down, what is said, time and limits, and what needs nothing."""

HOUSE_APPS = tuple(app for app in APPS if app != "foundation")
"""The apps with the usual rooms; the modules of foundation are engines."""

_HEAD = """\
# The floors and rooms of docs/architecture.md, kept by a machine (`./thichinh check`). Written from
# thichinh/config/house.py by `./thichinh reference --write`: change that, not this.
[importlinter]
root_package = thichinh
include_external_packages = True
exclude_type_checking_imports = True
"""
_QUIET = ("granian", "httpx", "ninja", "procrastinate", "requests", "urllib3", "whitenoise")
_BARE = (
    "django",
    "granian",
    "psycopg",
    "pydantic",
    "yaml",
    "thichinh.config",
    "thichinh.foundation",
)


def written() -> str:
    """The whole file."""
    return "\n".join(
        [
            _HEAD,
            _floors(),
            _rooms(),
            _engines(),
            *(text for app in HOUSE_APPS if (text := _doors(app))),
            _core(),
            _bootstrap(),
            _rings(),
        ]
    )


def doors_of(app: str) -> list[str]:
    """The doors that an app has, as dotted names."""
    here = SOURCES / app
    return [
        f"{PACKAGE}.{app}.{door}"
        for door in DOORS
        if (here / f"{door}.py").exists() or (here / door / "__init__.py").exists()
    ]


def _section(section: str, /, **options: str | list[str]) -> str:
    lines = [f"[importlinter:contract:{section}]"]
    for option, value in options.items():
        shown = value if isinstance(value, str) else "".join(f"\n    {item}" for item in value)
        lines.append(f"{option} = {shown}".replace(" = \n", " =\n"))
    return "\n".join(lines) + "\n"


def _floors() -> str:
    return "# An app imports only lower floors; neighbours on one line do not see each other.\n" + (
        _section(
            "floors",
            name="Floors: an app imports only lower floors",
            type="layers",
            layers=[*ABOVE, *(" | ".join(floor) for floor in FLOORS)],
            containers=PACKAGE,
            exhaustive="True",
        )
    )


def _rooms() -> str:
    return (
        "# wiring -> doors -> forms -> contributions -> writes -> reads -> the law -> facts\n"
        + (
            _section(
                "rooms",
                name="Rooms: the same in every app, doors above writes above reads above the law",
                type="layers",
                layers=[" | ".join(f"({room})" for room in line) for line in ROOMS],
                containers=[f"{PACKAGE}.{app}" for app in HOUSE_APPS],
                exhaustive="True",
            )
        )
    )


def _engines() -> str:
    return "# The engines of foundation stand on each other in one order.\n" + _section(
        "engines",
        name="Engines: an engine of foundation imports only those below it",
        type="layers",
        layers=["(tests)", *(" | ".join(line) for line in ENGINES)],
        containers=f"{PACKAGE}.foundation",
        exhaustive="True",
    )


def _doors(app: str) -> str:
    doors = doors_of(app)
    if not doors:
        return ""
    return _section(
        f"doors-of-{app}",
        name=f"Doors: only {app} itself opens its doors",
        type="protected",
        protected_modules=doors,
        allowed_importers=[f"{PACKAGE}.{app}", f"{PACKAGE}.config"],
    )


def _core() -> str:
    return (
        "# The core knows no web framework, no queue, no network: jobs go through foundation.jobs.\n"
        + _section(
            "core-is-quiet",
            name="Core: models, rules, queries, actions and events know no web, queue or network",
            type="forbidden",
            source_modules=[
                f"{PACKAGE}.*.{room}"
                for room in ("models", "rules", "queries", "actions", "events")
            ],
            forbidden_modules=list(_QUIET),
            allow_indirect_imports="True",
        )
    )


def _bootstrap() -> str:
    return (
        "# The first step runs before there is an environment: the standard library is all it has.\n"
        + _section(
            "bootstrap-is-bare",
            name="Bootstrap: it and what it imports need nothing but the standard library",
            type="forbidden",
            source_modules=[f"{PACKAGE}.launcher.bootstrap"],
            forbidden_modules=list(_BARE),
        )
    )


def _rings() -> str:
    return "# No ring anywhere, at any depth.\n" + _section(
        "no-rings",
        name="Rings: no two packages import each other",
        type="acyclic_siblings",
        ancestors=PACKAGE,
    )
