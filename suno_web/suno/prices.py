"""Credits per successful call, as the Suno API charges them. Operations name their price by key."""

from decimal import Decimal

PRICES: dict[str, Decimal] = {
    "generate": Decimal("12"),
    "extend": Decimal("12"),
    "upload_cover": Decimal("12"),
    "upload_extend": Decimal("12"),
    "add_instrumental": Decimal("12"),
    "add_vocals": Decimal("12"),
    "mashup": Decimal("12"),
    "replace_section": Decimal("5"),
    "separate_vocal": Decimal("10"),
    "split_stem": Decimal("50"),
    "split_stem_advanced": Decimal("20"),
    "mp4": Decimal("2"),
    "sounds": Decimal("2.5"),
    "lyrics": Decimal("0.4"),
    "wav": Decimal("0.4"),
    "style": Decimal("0.4"),
    "timestamped_lyrics": Decimal("0.5"),
}


def price(key: str | None) -> Decimal:
    """What one call costs; an unlisted or missing key is free."""
    return PRICES.get(key or "", Decimal(0))
