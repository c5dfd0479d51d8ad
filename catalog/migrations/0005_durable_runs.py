import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_people_and_teams'),
        ('catalog', '0004_access_and_audit'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DurableRun',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('is_by_key', models.BooleanField()),
                ('owner_name', models.CharField(max_length=39)),
                ('algorithm_name', models.CharField(max_length=99)),
                ('number', models.CharField(max_length=32)),
                ('surface', models.CharField(choices=[('page', 'Page'), ('v1', 'Wire'), ('api', 'Api')], max_length=4)),
                ('content_type', models.CharField(max_length=6)),
                ('body', models.BinaryField(default=bytes)),
                ('input_bytes', models.PositiveBigIntegerField()),
                ('timeout', models.FloatField(null=True)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('succeeded', 'Succeeded'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=9)),
                ('number_of_changes', models.PositiveIntegerField(default=0)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('token', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('task_id', models.UUIDField(null=True)),
                ('result_type', models.CharField(blank=True, max_length=6)),
                ('result', models.BinaryField(default=bytes)),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('error_message', models.TextField(blank=True)),
                ('error_type', models.CharField(blank=True, max_length=200)),
                ('stacktrace', models.TextField(blank=True)),
                ('duration', models.FloatField(default=0.0)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('key', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.apikey')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.version')),
            ],
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('fingerprint', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('content_type', models.CharField(blank=True, max_length=100)),
                ('headers', models.JSONField(default=dict)),
                ('body', models.BinaryField(default=bytes)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='WebhookSecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.TextField()),
                ('former', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('team', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
                ('user', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='webhook', serialize=False, to='catalog.durablerun')),
                ('url', models.CharField(max_length=2000)),
                ('state', models.CharField(choices=[('held', 'Held'), ('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Failed')], default='held', max_length=9)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('last_answer', models.CharField(blank=True, max_length=200)),
                ('delivered_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('next_at'), condition=models.Q(('state', 'waiting')), name='webhook_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['held', 'waiting', 'delivered', 'failed'])), name='webhook_state_known')],
            },
        ),
        migrations.AddIndex(
            model_name='durablerun',
            index=models.Index(models.F('user'), models.F('id'), name='durable_run_user'),
        ),
        migrations.AddIndex(
            model_name='durablerun',
            index=models.Index(models.F('team'), models.F('id'), name='durable_run_team'),
        ),
        migrations.AddIndex(
            model_name='durablerun',
            index=models.Index(models.F('user'), models.F('team'), condition=models.Q(('state__in', ['queued', 'running'])), name='durable_run_waiting'),
        ),
        migrations.AddIndex(
            model_name='durablerun',
            index=models.Index(models.F('lease_until'), condition=models.Q(('state', 'running')), name='durable_run_lease'),
        ),
        migrations.AddIndex(
            model_name='durablerun',
            index=models.Index(models.F('created_at'), condition=models.Q(('state', 'queued')), name='durable_run_queue'),
        ),
        migrations.AddIndex(
            model_name='durablerun',
            index=models.Index(models.F('expires_at'), name='durable_run_end'),
        ),
        migrations.AddConstraint(
            model_name='durablerun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('team__isnull', False), ('user__isnull', True)), models.Q(('team__isnull', True), ('user__isnull', False)), _connector='OR'), name='durable_run_of_one'),
        ),
        migrations.AddConstraint(
            model_name='durablerun',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'succeeded', 'failed', 'cancelled'])), name='durable_run_state_known'),
        ),
        migrations.AddConstraint(
            model_name='durablerun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'running'), ('token__isnull', False)), models.Q(models.Q(('state', 'running'), _negated=True), ('token__isnull', True)), _connector='OR'), name='durable_run_running_has_lease'),
        ),
        migrations.AddConstraint(
            model_name='durablerun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ['queued', 'running'])), models.Q(('expires_at__isnull', False), ('finished_at__isnull', False), ('state__in', ['succeeded', 'failed', 'cancelled'])), _connector='OR'), name='durable_run_ended_has_times'),
        ),
        migrations.AddIndex(
            model_name='idempotencykey',
            index=models.Index(models.F('created_at'), name='idempotency_time'),
        ),
        migrations.AddConstraint(
            model_name='idempotencykey',
            constraint=models.UniqueConstraint(models.F('user'), models.F('digest'), name='idempotency_once_a_person'),
        ),
        migrations.AddConstraint(
            model_name='idempotencykey',
            constraint=models.UniqueConstraint(models.F('team'), models.F('digest'), name='idempotency_once_a_team'),
        ),
        migrations.AddConstraint(
            model_name='idempotencykey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('team__isnull', False), ('user__isnull', True)), models.Q(('team__isnull', True), ('user__isnull', False)), _connector='OR'), name='idempotency_of_one'),
        ),
        migrations.AddConstraint(
            model_name='webhooksecret',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('team__isnull', False), ('user__isnull', True)), models.Q(('team__isnull', True), ('user__isnull', False)), _connector='OR'), name='webhook_secret_of_one'),
        ),
    ]
