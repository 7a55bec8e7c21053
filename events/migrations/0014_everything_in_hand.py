import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Not only performances. What the table held was true for a minute: nothing is carried over."""

    dependencies = [
        ('events', '0013_heads_and_papers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name='InHand'),
        migrations.CreateModel(
            name='InHand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('edition', 'edition'), ('venue', 'venue'), ('stage', 'stage'), ('route', 'route'), ('act', 'act'), ('production', 'production'), ('picture', 'picture'), ('performance', 'performance')], max_length=16)),
                ('object_id', models.PositiveBigIntegerField()),
                ('until', models.DateTimeField(db_index=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'object_id', 'by'), name='in_hand_once_per_person')],
            },
        ),
    ]
