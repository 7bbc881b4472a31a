"""Bars on a scale of tens, as SVG: small, without a library, and legible on white and on black."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import ceil, floor, log10

WIDTH, NAMES, FIGURES = 720, 300, 60
"""Of the drawing, of the room for names at its left, and for figures at the right of the longest bar."""
ROW, BAR, TITLE, SCALE = 24, 16, 34, 22
WHOLE = 10.0
"""From here on figures are told without a decimal."""
# On GitHub's white and on its black both at a contrast of 4.5 and more.
TEXT, LINE, OURS, OTHERS = "#7a7f87", "#7a7f8755", "#2f81f7", "#8b8f97"


def bars(title: str, figures: Mapping[str, float], ours: str) -> str:
    """One bar a name, from the whole power of ten below the least figure on; figures are above zero. `ours` is set off."""
    low, high = floor(log10(min(figures.values()))), ceil(log10(max(figures.values())))
    across = (WIDTH - NAMES - FIGURES) / max(high - low, 1)
    height = TITLE + ROW * len(figures) + SCALE
    font = f'font-family="system-ui, sans-serif" font-size="13" fill="{TEXT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" {font}>',
        f"<title>{escape(title)}</title>",
        f'<text x="0" y="16" font-weight="600">{escape(title)}</text>',
    ]
    for power in range(low, high + 1):
        x = NAMES + across * (power - low)
        parts.append(f'<path d="M{x:.0f} {TITLE - 6}V{height - SCALE + 4}" stroke="{LINE}"/>')
        parts.append(f'<text x="{x:.0f}" y="{height - 4}" text-anchor="middle">{_figure(10.0**power)}</text>')
    for row, (name, value) in enumerate(figures.items()):
        top, length = TITLE + ROW * row, across * (log10(value) - low)
        weight, colour = (' font-weight="600"', OURS) if name == ours else ("", OTHERS)
        parts.append(f'<text x="{NAMES - 8}" y="{top + 13}" text-anchor="end"{weight}>{escape(name)}</text>')
        parts.append(f'<rect x="{NAMES}" y="{top}" width="{length:.1f}" height="{BAR}" rx="2" fill="{colour}"/>')
        parts.append(f'<text x="{NAMES + length + 6:.1f}" y="{top + 13}"{weight}>{_figure(value)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _figure(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if value < WHOLE else f"{value:,.0f}"
