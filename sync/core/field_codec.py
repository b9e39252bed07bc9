"""Which codec each half of a field map has."""

from __future__ import annotations

from sync.core import codecs
from sync.core.mapping import FieldMap, Half
from sync.core.row import Side


def codec_of(field: FieldMap, side: Side) -> codecs.Codec:
    """The codec of one half of a field map."""
    half: Half = field.half(side)
    match field.type:
        case "integer":
            return codecs.integer(side)
        case "decimal":
            return codecs.decimal(side, field.scale)
        case "boolean":
            return codecs.boolean(side)
        case "blank":
            return codecs.absence(side)
        case "choice":
            return codecs.choice(side, half.pairs, half.accept)
        case "moment":
            return codecs.moment(side)
        case "day":
            return codecs.day(side)
        case "names":
            return codecs.names(side)
        case _:
            return codecs.text(side, half.limit)
