import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_people_and_teams'),
        ('catalog', '0006_drafts_and_builds'),
    ]

    operations = [
        migrations.CreateModel(
            name='DataUsage',
            fields=[
                ('owner', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='data_usage', serialize=False, to='accounts.owner')),
                ('used', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name_plural': 'data usage',
            },
        ),
        migrations.CreateModel(
            name='Blob',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('key', models.CharField(max_length=100, unique=True)),
                ('touched_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('doomed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('touched_at'), name='blob_touched')],
                'constraints': [models.UniqueConstraint(models.F('digest'), condition=models.Q(('doomed_at__isnull', True)), name='blob_once_a_digest')],
            },
        ),
        migrations.CreateModel(
            name='DataDirectory',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('read', models.CharField(choices=[('private', 'Private'), ('my_algos', 'My Algos'), ('public', 'Public')], default='my_algos', max_length=8)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='data_directories', to='accounts.owner')),
            ],
            options={
                'verbose_name_plural': 'data directories',
                'ordering': ['name'],
                'indexes': [models.Index(models.F('owner'), condition=models.Q(('read', 'public')), name='data_directory_public')],
                'constraints': [models.UniqueConstraint(models.F('owner'), models.F('name'), name='data_directory_once'), models.CheckConstraint(condition=models.Q(('read__in', ['private', 'my_algos', 'public'])), name='data_directory_read_known')],
            },
        ),
        migrations.CreateModel(
            name='DataFile',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('size', models.PositiveBigIntegerField()),
                ('content_type', models.CharField(blank=True, max_length=100)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('modified_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='catalog.blob')),
                ('directory', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='files', to='catalog.datadirectory')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(models.F('directory'), models.F('name'), name='data_file_once')],
            },
        ),
    ]
