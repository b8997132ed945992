"""A small app of others, laid into a folder as its makers would."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

FILES = {
    "__init__.py": "",
    "apps.py": """
        from thichinh.foundation.contributions import HouseApp


        class BulletinConfig(HouseApp):
            name = "bulletin"
            label = "bulletin"
        """,
    "contribution.py": """
        from django.utils.translation import gettext_lazy as _
        from thichinh.foundation.contributions import Contribution
        from thichinh.foundation.ui.shells import PublicLink

        CONTRIBUTION = Contribution(
            app="bulletin",
            parts=(PublicLink(url_name="bulletin:front", label=_("Bảng tin"), order=50),),
        )
        """,
    "urls.py": """
        from django.urls import path

        from bulletin import views

        app_name = "bulletin"
        urlpatterns = [path("bang-tin/", views.front, name="front")]
        """,
    "views.py": """
        from django.http import HttpResponse
        from thichinh.accounts.access.doors import public


        @public
        def front(request):
            return HttpResponse("Bảng tin")
        """,
    "locale/en/LC_MESSAGES/django.po": 'msgid ""\nmsgstr "Language: en\\n"\n',
}


def lay_into(folder: Path) -> Path:
    """The package `bulletin` in a folder of apps; the value is the package's own folder."""
    for name, text in FILES.items():
        path = folder / "bulletin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip())
    return folder / "bulletin"
