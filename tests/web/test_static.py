"""Static files as the product serves them."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "config.static.BundledStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return settings.STATIC_ROOT


def test_one_style_sheet_holds_all_of_them_in_their_layers(collected):
    sheet = (collected / staticfiles_storage.stored_name("css/app.css")).read_text()
    assert "@import" not in sheet
    assert sheet.startswith(
        "@layer reset, tokens, base, layout, components, utilities;"
    )
    assert re.search(r"@layer tokens \{\s*:root", sheet)
    assert ".facets" in sheet
    assert sheet.count("{") == sheet.count("}")
    assert "url(" not in sheet


def test_a_style_sheet_is_served_compressed_under_a_name_of_its_content(collected):
    name = staticfiles_storage.stored_name("css/app.css")
    assert re.fullmatch(r"css/app\.[0-9a-f]{12}\.css", name)
    assert (collected / f"{name}.gz").stat().st_size < 20_000
