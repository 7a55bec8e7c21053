"""The playlists of a recording: as players ask for them, and as they lie in the bucket beside what they name.

Players get them from here, so that a passage left out is left out at once. Those in the bucket make the folder of a
recording whole: whoever has nothing but the bucket can still play it.
"""

from collections.abc import Mapping, Sequence

from streaming import archive, storage
from streaming.mediathek import captions, passages
from streaming.models import Recording
from streaming.models import Segment as Row
from streaming.recording import RENDITIONS, hls

NAMES = {f"{rendition}.m3u8": rendition for rendition in RENDITIONS}
"""Of media playlists, with their renditions."""


def of(recording: Recording, name: str, *, read: bool = True) -> str:
    """A playlist of what is published of it; empty where everything is left out. `read`: with captions."""
    files = shown_files(recording, [NAMES[name]] if name in NAMES else RENDITIONS)
    if not all(pieces for _inits, pieces in files.values()):
        return ""
    if name == hls.MASTER:
        return master_of(files, subtitles_of(recording) if read else ())
    return hls.vod(files[NAMES[name]][1])


def subtitles_of(recording: Recording) -> list[hls.Subtitles]:
    languages = recording.captions.values_list("language", flat=True)
    return [hls.Subtitles(f"captions-{one}.m3u8", one, captions.name_of(one)) for one in languages]


def master_of(files: Mapping[str, tuple[Sequence[Row], Sequence[Row]]], subtitles: Sequence[hls.Subtitles] = ()) -> str:
    """By rendition: initialisation segments and pieces."""
    codecs = [hls.best_codec(init.codecs for init in files[rendition][0]) for rendition in RENDITIONS]
    rates = [hls.rate(files[rendition][1]) for rendition in RENDITIONS]
    largest = max((init.width, init.height) for init in files["video"][0])
    # A recording from before sizes were kept says none.
    return master(codecs, rates, largest if all(largest) else None, subtitles=subtitles)


def shown_files(recording: Recording, renditions: Sequence[str]) -> dict[str, tuple[list[Row], list[Row]]]:
    """As `archive.files`, without the passages that are left out."""
    hidden = hidden_numbers(recording)
    files = archive.files(recording, renditions)
    return {name: (inits, passages.shown(pieces, hidden)) for name, (inits, pieces) in files.items()}


def hidden_numbers(recording: Recording) -> set[int]:
    return {number for number, _span in passages.hidden_in(recording)}


def master(
    codecs: Sequence[str],
    rates: Sequence[hls.Rate],
    size: tuple[int, int] | None = None,
    prefix: str = "",
    subtitles: Sequence[hls.Subtitles] = (),
) -> str:
    """By rendition: picture first, then the sounds."""
    return hls.master(hls.Picture(codecs[0], rates[0], size), sounds(codecs[1:], rates[1:]), prefix, subtitles)


def sounds(codecs: Sequence[str], rates: Sequence[hls.Rate]) -> list[hls.Sound]:
    return [hls.Sound(*sound) for sound in zip(RENDITIONS[1:], codecs, rates, strict=True)]


# --- in the bucket ----------------------------------------------------------------------------------------------------


def store(recording: Recording) -> None:
    """Put them beside the files they name; where all is left out they are empty. Raises StorageError."""
    for key, name in zip(keys_of(recording), (hls.MASTER, *NAMES), strict=True):
        storage.put(key, of(recording, name, read=False).encode(), hls.MEDIA_TYPES["m3u8"])


def keys_of(recording: Recording) -> list[str]:
    return [f"{archive.folder_key(recording)}{name}" for name in (hls.MASTER, *NAMES)]
