"""Media: photographs or recordings that the annotator makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

from models.fields.base import FieldKind, FormField, Submission, head
from models.fields.content import ContentBlock, UploadId
from models.fields.problems import Problems
from models.fields.samples import PHOTO, FormSample, Sample

# A thing from all sides. More is several tasks.
MAX_MEDIA = 10


class MediaKind(Enum):
    """What an annotator can be asked to make."""

    IMAGE = "IMAGE"
    AUDIO = "AUDIO"


@dataclass(frozen=True, kw_only=True)
class MediaField(FormField):
    """A photo or a recording that the annotator makes."""

    media: MediaKind


@dataclass(frozen=True, kw_only=True)
class MediaAnswer:
    """The photographs or recordings."""

    media: list[ContentBlock]


@dataclass(frozen=True, kw_only=True)
class MediaFieldInput:
    """What the annotator is to make."""

    media: MediaKind


class Media(FieldKind[MediaField, MediaAnswer]):
    name = "media"
    member = "media"
    floor_micros_per_thousand = 10_000_000
    names_uploads = True
    field = MediaField
    answer = MediaAnswer
    field_input = MediaFieldInput
    answer_input = Annotated[list[UploadId], "Uploads of the annotator's."]

    def parse_form(self, raw: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
        media = raw.get("media")
        if media not in [kind.value for kind in MediaKind]:
            problems.add("This must be IMAGE or AUDIO.", "media")
        return {"media": media}

    def parse_answer(self, field: Mapping[str, Any], raw: Any, submission: Submission, problems: Problems) -> list[dict[str, Any]]:
        """The content blocks of the uploads named. An upload that the caller does not have does not exist for them."""
        if not isinstance(raw, list) or len(raw) > MAX_MEDIA:
            problems.add(f"This must be a list of at most {MAX_MEDIA} uploads.")
            return []
        blocks = []
        for number, upload in enumerate(raw):
            block = submission.uploads.get(upload) if isinstance(upload, str) else None
            if block is None:
                problems.add_missing("There is no such upload of yours.", str(number))
            elif block["kind"].upper() != field["media"]:
                problems.add(f"This must be {_article(field['media'])}.", str(number))
            elif upload in raw[:number]:
                problems.add("This upload is there twice.", str(number))
            else:
                blocks.append(dict(block))
        return blocks

    def load_field(self, stored: Mapping[str, Any]) -> MediaField:
        return MediaField(**head(stored), media=MediaKind(stored["media"]))

    def load_answer(self, value: Any) -> MediaAnswer:
        return MediaAnswer(media=value)

    def form_samples(self) -> list[FormSample]:
        return [
            FormSample("photographs", {"media": "IMAGE"}, stored={"media": "IMAGE"}),
            FormSample("recordings", {"media": "AUDIO"}, stored={"media": "AUDIO"}),
            FormSample("films", {"media": "VIDEO"}, refused_at=("media",)),
            FormSample("nothing", {}, refused_at=("media",)),
            FormSample("a list", {"media": ["IMAGE"]}, refused_at=("media",)),
        ]

    def samples(self) -> list[Sample]:
        recording = {"kind": "audio", "sha256": "cd" * 32, "seconds": 2.5}
        uploads = {"Upload:a": PHOTO, "Upload:b": recording, **{f"Upload:{number}": PHOTO for number in range(11)}}
        return [
            Sample("a photograph", ["Upload:a"], stored=[PHOTO], uploads=uploads),
            Sample("a recording", ["Upload:b"], stored=[recording], uploads=uploads, field={"media": "AUDIO"}),
            Sample("ten photographs", [f"Upload:{n}" for n in range(10)], stored=[PHOTO] * 10, uploads=uploads),
            Sample("eleven photographs", [f"Upload:{n}" for n in range(11)], refused_at=(), uploads=uploads),
            Sample("a recording for a photograph", ["Upload:b"], refused_at=("0",), uploads=uploads),
            Sample("a stranger's upload", ["Upload:a", "Upload:c"], refused_at=("1",), code="NOT_FOUND", uploads=uploads),
            Sample("a number for an id", [5], refused_at=("0",), code="NOT_FOUND", uploads=uploads),
            Sample("a list for an id", [["Upload:a"]], refused_at=("0",), code="NOT_FOUND", uploads=uploads),
            Sample("an upload twice", ["Upload:a", "Upload:a"], refused_at=("1",), uploads=uploads),
            Sample("no list", "Upload:a", refused_at=(), uploads=uploads),
            Sample("no uploads", [], refused_at=(), draft=True),
        ]


def _article(media: str) -> str:
    return "a photograph" if media == MediaKind.IMAGE.value else "a recording"


KIND = Media()
