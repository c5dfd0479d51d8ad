from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_people_and_teams'),
    ]

    operations = [
        migrations.AddField(
            model_name='owner',
            name='is_trusted',
            field=models.BooleanField(default=False, verbose_name='may run source'),
        ),
    ]
