from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_people_and_teams'),
    ]

    operations = []
