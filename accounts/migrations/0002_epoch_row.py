"""The one epoch row."""

from __future__ import annotations

from django.db import migrations


def make_row(apps, _schema_editor):
    apps.get_model("accounts", "Epoch").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(make_row, migrations.RunPython.noop)]
