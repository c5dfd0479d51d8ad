from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_access_and_audit'),
    ]

    operations = []
