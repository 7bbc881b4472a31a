"""Pictures and recordings that somebody sent, made safe: recognised by content, encoded anew or stripped, measured."""

from ops.media.audio import AUDIO_LIMIT, is_audio
from ops.media.image import IMAGE_LIMIT, UnfitFile, is_image
from ops.media.safe import SNIFFED_BYTES, made_safe

__all__ = ["AUDIO_LIMIT", "IMAGE_LIMIT", "SNIFFED_BYTES", "UnfitFile", "is_audio", "is_image", "made_safe"]
