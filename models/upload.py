"""A file that somebody sent: its stored bytes by hash, and whose it is. Equal bytes are stored once; each upload is its owner's alone."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.fields.db_defaults import Now

from models.organization import Organization
from models.row import Row
from models.user import User

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class UploadKind(StrEnum):
    IMAGE = "IMAGE"
    AUDIO = "AUDIO"


class Upload(Row):
    user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="uploads", on_delete=fields.RESTRICT, null=True
    )
    organization: fields.ForeignKeyNullableRelation[Organization] = fields.ForeignKeyField(
        "models.Organization", related_name="uploads", on_delete=fields.RESTRICT, null=True
    )
    sha256 = fields.CharField(64)
    kind = fields.CharEnumField(UploadKind, max_length=5)
    content_type = fields.CharField(60)
    width = fields.IntField(null=True)
    height = fields.IntField(null=True)
    seconds = fields.FloatField(null=True)
    bytes = fields.BigIntField()
    created_at = fields.DatetimeField(db_default=Now())
    user_id: int | None
    organization_id: int | None

    class Meta:
        table = "uploads"
        indexes = (("sha256",),)

    @classmethod
    async def record(
        cls,
        *,
        sha256: str,
        kind: str,
        content_type: str,
        width: int | None,
        height: int | None,
        seconds: float | None,
        bytes: int,
        owner: User | None = None,
        organization: Organization | None = None,
    ) -> Upload:
        """An upload belongs to the person who sent it, or to the organization whose token did."""
        return await cls.add(
            sha256=sha256,
            kind=UploadKind(kind).value,
            content_type=content_type,
            width=width,
            height=height,
            seconds=seconds,
            bytes=bytes,
            user_id=owner.id if owner else None,
            organization_id=organization.id if organization else None,
        )

    @classmethod
    async def among(cls, ids: Iterable[int], *, user_id: int | None = None, organization_id: int | None = None) -> dict[int, Upload]:
        """Those of these ids that are the person's or the organization's; another's is not found."""
        owned: dict[int, Upload] = {}
        # One parameter for all: a hostile call may name more of them than a statement has room for.
        for upload in await cls.rows("SELECT * FROM uploads WHERE id = ANY($1::bigint[])", list(ids)):
            if (upload.user_id is not None and upload.user_id == user_id) or (
                upload.organization_id is not None and upload.organization_id == organization_id
            ):
                owned[upload.id] = upload
        return owned

    @classmethod
    def of_block(cls, block: Mapping[str, Any]) -> Upload:
        """What a stored content block shows, to be shown again. No row: whose upload it was is told by none."""
        kind = UploadKind[block["kind"].upper()]
        return cls(sha256=block["sha256"], kind=kind, width=block.get("width"), height=block.get("height"), seconds=block.get("seconds"))

    def block(self, alt: str = "") -> dict[str, Any]:
        """As a content block of an item or an answer."""
        if self.kind == UploadKind.IMAGE:
            return {"kind": "image", "sha256": self.sha256, "width": self.width, "height": self.height, "alt": alt}
        return {"kind": "audio", "sha256": self.sha256, "seconds": self.seconds}
