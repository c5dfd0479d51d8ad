import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_trusted_owners'),
        ('catalog', '0005_durable_runs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('algorithm', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='draft', serialize=False, to='catalog.algorithm')),
                ('label', models.CharField(max_length=120)),
                ('tagline', models.CharField(blank=True, max_length=300)),
                ('summary', models.TextField(blank=True)),
                ('settings', models.JSONField(blank=True, default=dict)),
                ('bundle', models.CharField(blank=True, editable=False, max_length=64)),
                ('entry', models.CharField(blank=True, editable=False, max_length=200)),
                ('sample_input', models.TextField(blank=True)),
                ('sample_output', models.TextField(blank=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('source_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Build',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('succeeded', 'Succeeded'), ('failed', 'Failed'), ('in-progress', 'In Progress')], default='in-progress', editable=False, max_length=11)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('commit', models.CharField(editable=False, max_length=40)),
                ('bundle', models.CharField(editable=False, max_length=64)),
                ('entry', models.CharField(editable=False, max_length=200)),
                ('manifest', models.TextField(editable=False)),
                ('is_trusted', models.BooleanField(default=False, editable=False)),
                ('error_code', models.CharField(blank=True, editable=False, max_length=40)),
                ('log', models.TextField(blank=True, editable=False)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(editable=False, null=True)),
                ('algorithm', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='builds', to='catalog.algorithm')),
                ('version', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='build', to='catalog.version')),
            ],
            options={
                'indexes': [models.Index(fields=['algorithm', '-started_at'], name='build_newest'), models.Index(fields=['algorithm', 'commit'], name='build_commit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['succeeded', 'failed', 'in-progress'])), name='build_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state', 'in-progress')), models.Q(models.Q(('state', 'in-progress'), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='build_finished_or_not'), models.UniqueConstraint(models.F('algorithm'), models.F('commit'), condition=models.Q(('state', 'failed'), _negated=True), name='build_once')],
            },
        ),
    ]
