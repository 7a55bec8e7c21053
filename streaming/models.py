"""All that is remembered about the live side, on one page: this file is the inventory for data protection.

What is personal here, and when it is forgotten, stands in `streaming/retention.py`; a test compares the two.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from events.rights import LONGEST_EXCERPT


class LiveSession(models.Model):
    """One transmission of one act on one stage. It survives drops of the line; see DESIGN "Words with one meaning"."""

    stage = models.SlugField()
    act = models.ForeignKey("events.Act", models.SET_NULL, null=True, blank=True, related_name="+")
    performance = models.ForeignKey("events.Performance", models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=200)
    rehearsal = models.BooleanField(default=False, help_text="Synthetic artist; yields to any real one.")
    started = models.DateTimeField()
    heard = models.DateTimeField(help_text="When the relay last had a packet of it; written every few seconds.")
    ended = models.DateTimeField(null=True, blank=True)
    why_ended = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("live session")
        indexes = [models.Index(fields=["stage", "ended"])]
        constraints = [
            models.UniqueConstraint(
                fields=["stage"], condition=models.Q(ended__isnull=True), name="one_open_session_per_stage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage}: {self.title} ({self.started:%Y-%m-%d %H:%M})"


class IngestKey(models.Model):
    """What lets an encoder send on a stage. Only the hash is kept; the token is shown once."""

    stage = models.SlugField()
    act = models.ForeignKey("events.Act", models.CASCADE, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, in hex.")
    rehearsal = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("ingest key")

    def __str__(self) -> str:
        return f"{self.stage} {self.valid_from:%Y-%m-%d}"


class Recording(models.Model):
    """What is kept of a live session. It exists only where consent allows keeping: no row, no object in S3."""

    class State(models.TextChoices):
        RECORDING = "recording", _("is being recorded")
        RECORDED = "recorded", _("recorded, upload under way")
        ARCHIVED = "archived", _("archived")
        FAILED = "failed", _("failed")

    session = models.OneToOneField(LiveSession, models.PROTECT, related_name="recording")
    slug = models.SlugField(unique=True, max_length=80)
    prefix = models.CharField(max_length=40, unique=True, help_text="Random folder of its objects in the bucket.")
    state = models.CharField(max_length=12, choices=State, default=State.RECORDING)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it failed.")
    refused = models.CharField(
        max_length=12, blank=True, help_text="Why S3 last did not take a file: `storage.Trouble`."
    )
    duration = models.FloatField(default=0, help_text="Seconds.")
    left_out = models.FloatField(default=0, help_text="Seconds of it that are not published.")
    size = models.BigIntegerField(default=0, help_text="Bytes.")
    poster = models.CharField(max_length=64, blank=True, help_text="SHA-256 of its still picture in the bucket.")
    drawn = models.DateTimeField(null=True, blank=True, help_text="When that was made, or nothing found to be shown.")
    ended = models.DateTimeField(null=True, blank=True)
    public_until = models.DateTimeField(null=True, blank=True, help_text="End of the consent; then 410.")
    listed_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when the Mediathek lists it; empty: it never did."
    )
    withdrawn = models.DateTimeField(null=True, blank=True, help_text="By the act or the office; then 410, for good.")
    download = models.BooleanField(default=False, help_text="The consent allows it; as are the next two.")
    audio = models.BooleanField(default=False, help_text="The sound may be heard alone.")
    excerpt = models.BooleanField(default=False, help_text="The press may show an excerpt.")
    deleted = models.DateTimeField(null=True, blank=True, help_text="When its files were last deleted from the bucket.")
    deleted_files = models.PositiveIntegerField(default=0, help_text="How many, over all.")

    class Meta:
        verbose_name = _("recording")

    def __str__(self) -> str:
        return self.slug


class Take(models.Model):
    """One publisher connection inside a recording; between two takes the playlists carry a discontinuity."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="takes")
    number = models.PositiveIntegerField()
    started = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["recording", "number"], name="take_once")]

    def __str__(self) -> str:
        return f"{self.recording_id}/{self.number}"


class Passage(models.Model):
    """A part of a recording whose rights are not cleared: it is left out of what is published."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="passages")
    begins = models.FloatField(help_text="Seconds from the beginning of the recording.")
    ends = models.FloatField()
    reason = models.CharField(max_length=200, blank=True)
    made = models.DateTimeField()

    class Meta:
        ordering = ["begins", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(begins__gte=0, ends__gt=models.F("begins")), name="passage_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.begins}–{self.ends}"


class Excerpt(models.Model):
    """The part of a recording that the press may show, where the act allows one."""

    recording = models.OneToOneField(Recording, models.CASCADE, related_name="chosen_excerpt")
    begins = models.FloatField(help_text="Seconds from the beginning of the recording.")
    ends = models.FloatField()
    made = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    begins__gte=0, ends__gt=models.F("begins"), ends__lte=models.F("begins") + LONGEST_EXCERPT
                ),
                name="excerpt_is_short",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.begins}–{self.ends}"


class Captions(models.Model):
    """What is said and played in a recording, in one language; times are those of the whole recording."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded, not checked yet")
        CHECKED = "checked", _("checked")

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="captions")
    language = models.CharField(max_length=8, help_text="BCP 47, as in: de.")
    state = models.CharField(max_length=8, choices=State, default=State.UPLOADED)
    cues = models.JSONField(help_text="Begin and end in milliseconds, and text, in order.")
    text = models.TextField(help_text="All that is said, for those who read or search it.")
    made = models.DateTimeField()

    class Meta:
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["recording", "language"], name="captions_once_per_language")]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.language}"


class ArchiveOffer(models.Model):
    """A recording is offered to the town's archive before it is deleted; the row outlives the files."""

    class State(models.TextChoices):
        OFFERED = "offered", _("offered to the town's archive")
        ACCEPTED = "accepted", _("taken over by the town's archive")
        DECLINED = "declined", _("declined by the town's archive")
        LAPSED = "lapsed", _("not answered in time by the town's archive")
        REVOKED = "revoked", _("no longer on offer, because consent was taken back")

    recording = models.OneToOneField(Recording, models.CASCADE, related_name="offer")
    state = models.CharField(max_length=8, choices=State, default=State.OFFERED)
    offered = models.DateTimeField()
    answered = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="offered", answered__isnull=True)
                | models.Q(~models.Q(state="offered"), answered__isnull=False),
                name="offer_answered_at_some_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.state}"


class Segment(models.Model):
    """One file of a recording on its way to the bucket. The row is the job: who changes `state` may upload."""

    class State(models.TextChoices):
        SPOOLED = "spooled", _("on the local disk")
        UPLOADING = "uploading", _("being uploaded")
        STORED = "stored", _("verified in S3")
        FAILED = "failed", _("given up")

    class Rendition(models.TextChoices):
        VIDEO = "video", _("picture")
        OPUS = "opus", _("sound (Opus)")
        AAC = "aac", _("sound (AAC)")

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="segments")
    take = models.PositiveIntegerField()
    rendition = models.CharField(max_length=5, choices=Rendition)
    name = models.CharField(max_length=60, help_text="File name in spool, bucket and playlist; never used again.")
    init = models.CharField(max_length=60, blank=True, help_text="Name of its initialisation segment.")
    codecs = models.CharField(max_length=40, blank=True, help_text="RFC 6381, of an initialisation segment.")
    width = models.PositiveIntegerField(default=0, help_text="Of the picture, in an initialisation segment.")
    height = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField(default=0, help_text="Order within the rendition.")
    starts = models.DateTimeField(null=True, blank=True, help_text="EXT-X-PROGRAM-DATE-TIME.")
    duration = models.FloatField(default=0, help_text="Seconds.")
    discontinuity = models.BooleanField(default=False, help_text="Follows a break of time line or format.")
    independent = models.BooleanField(default=True, help_text="Begins with a key frame.")
    size = models.PositiveIntegerField()
    md5 = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State, default=State.SPOOLED)
    since = models.DateTimeField(help_text="When the state last changed.")
    attempts = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rendition", "number"]
        indexes = [models.Index(fields=["state", "next_try"])]
        constraints = [models.UniqueConstraint(fields=["recording", "name"], name="segment_name_once")]

    def __str__(self) -> str:
        return self.name


class Leftover(models.Model):
    """An object in the bucket that nobody needs any more. The row is the job of deleting it."""

    key = models.CharField(max_length=120, help_text="Its name in the bucket.")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Finding(models.Model):
    """What is wrong with a recording's files in the bucket, until a later look finds them right. No row: nothing."""

    recording = models.OneToOneField(Recording, models.CASCADE, related_name="finding")
    missing = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unreadable = models.PositiveIntegerField(default=0)
    files = models.JSONField(default=dict, help_text="Of many of these files: which of the three each one is.")
    seen = models.DateTimeField(help_text="When it was last looked at.")

    def __str__(self) -> str:
        return f"{self.recording_id}: {self.missing} missing, {self.changed} changed, {self.unreadable} unreadable"


class Audit(models.Model):
    """What one night's look into the bucket has found. The row is the job: who made it, or changed `began`, looks."""

    night = models.DateField(unique=True, help_text="Day in whose early morning it was due.")
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True, help_text="Empty: not to its end; then it begins anew.")
    files = models.PositiveIntegerField(default=0, help_text="Compared with what the bucket says of them.")
    read = models.PositiveIntegerField(default=0, help_text="Of these, read back to the last byte.")
    bytes_read = models.PositiveBigIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0, help_text="Files that are not in the bucket any more.")
    changed = models.PositiveIntegerField(default=0, help_text="Files in whose place something else lies.")
    unreadable = models.PositiveIntegerField(default=0, help_text="Files that are listed, and that S3 does not give.")
    unsure = models.PositiveIntegerField(
        default=0, help_text="Files whose ETag is another MD5, and that one night was too short to read."
    )
    unknown = models.PositiveIntegerField(default=0, help_text="Objects that belong to no recording.")
    examples = models.JSONField(default=list, help_text="Keys of a few of those.")
    doubted = models.BooleanField(
        default=False, help_text="Less than half of the files were there: perhaps it is another bucket."
    )

    class Meta:
        ordering = ["-night"]

    def __str__(self) -> str:
        return f"{self.night}"


class ChatMessage(models.Model):
    """A line in a stage's chat. Forgotten after four hours."""

    stage = models.SlugField()
    seat = models.CharField(max_length=32, help_text="Random number of the speaker's cookie, hashed with the day.")
    name = models.CharField(max_length=30)
    text = models.CharField(max_length=500)
    said = models.DateTimeField(db_index=True)
    hidden = models.DateTimeField(null=True, blank=True, help_text="By the moderation; nobody else sees it any more.")
    reported = models.DateTimeField(null=True, blank=True, help_text="By somebody in the audience, for the first time.")
    cleared = models.DateTimeField(null=True, blank=True, help_text="The moderation found it in order.")

    class Meta:
        verbose_name = _("chat message")
        ordering = ["pk"]
        indexes = [models.Index(fields=["stage", "-id"]), models.Index(fields=["seat"])]

    def __str__(self) -> str:
        return f"{self.stage} #{self.pk}"


class Ban(models.Model):
    """Who may not write in the chat until the evening is over. Once lifted there is no row."""

    seat = models.CharField(max_length=32, unique=True, help_text="As `ChatMessage.seat`: it holds for one day.")
    name = models.CharField(max_length=30)
    stage = models.SlugField()
    message = models.BigIntegerField(help_text="Number of the one it was for.")
    since = models.DateTimeField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("exclusion from the chat")
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return f"{self.stage} #{self.message} {self.until:%Y-%m-%d}"


class ChatDeed(models.Model):
    """What somebody of the house did in the chat: who, to which message, why, when. The removed words stay here as
    evidence, while the message itself is forgotten with the evening."""

    class Kind(models.TextChoices):
        HIDDEN = "hidden", _("hidden")
        BACK = "back", _("brought back")
        EXCLUDED = "excluded", _("excluded for today")
        LIFTED = "lifted", _("exclusion lifted")
        CLEARED = "cleared", _("reported, and in order")

    class Why(models.TextChoices):
        LAW = "law", _("against the law")
        RULES = "rules", _("against the house rules")
        ADVERTISING = "advertising", _("advertising")
        MISTAKE = "mistake", _("by mistake")

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=320)
    stage = models.SlugField()
    message = models.BigIntegerField(db_index=True, help_text="Its number.")
    said = models.DateTimeField(null=True, blank=True, help_text="When it was written.")
    name = models.CharField(max_length=30, blank=True)
    text = models.CharField(max_length=500, blank=True, help_text="Empty once the deed was taken back.")
    why = models.CharField(max_length=11, choices=Why, blank=True)

    class Meta:
        verbose_name = _("deed of the moderation")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.stage} #{self.message}"


class AudienceSample(models.Model):
    """How many watched in five minutes: counted, and nothing about who they were."""

    class Kind(models.TextChoices):
        LIVE = "live", _("live")
        ON_DEMAND = "on_demand", _("on demand")
        TAKEN = "taken", _("taken along")

    kind = models.CharField(max_length=10, choices=Kind)
    stage = models.SlugField()
    session = models.ForeignKey(LiveSession, models.SET_NULL, null=True, related_name="+")
    performance = models.ForeignKey("events.Performance", models.SET_NULL, null=True, related_name="+")
    began = models.DateTimeField(db_index=True, help_text="First moment of the five minutes.")
    starts = models.PositiveIntegerField(default=0, help_text="How often somebody began to watch.")
    seconds = models.PositiveIntegerField(default=0, help_text="On air and looked at; 0: nobody counted who was there.")
    mean = models.FloatField(default=0, help_text="At the same time, in those seconds.")
    peak = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("audience sample")
        ordering = ["began", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.stage} {self.began:%Y-%m-%d %H:%M}"
