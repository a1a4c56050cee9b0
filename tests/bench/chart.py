"""Line charts as SVG, for the documents: cost against time, growth with the number of visits."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 90, 190, 44, 48
COLOURS = ("#0b6e4f", "#c1440e", "#3a5fcd", "#7a5195")
TALLEST = 0.30
"""Costs so far above the best are cut off."""

Line = Sequence[tuple[float, float]]
"""Seconds and cost, ascending in time; the cost holds until the next point."""


def chart(title: str, lines: Mapping[str, Line], bound: float | None) -> str:
    """The picture: time on a logarithmic axis, a step line for each name, the proven bound dashed."""
    best = min(cost for line in lines.values() for _, cost in line)
    low = min(best, bound) if bound is not None and bound > 0.9 * best else best
    last = max(at for line in lines.values() for at, _ in line)
    frame = _Frame(0.05, max(last, 0.1), low - 0.02 * best, best * (1 + TALLEST))
    parts = [*frame.axes(title, "seconds (logarithmic)", (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000))]
    for number, (name, line) in enumerate(lines.items()):
        parts += frame.line(name, line, COLOURS[number % len(COLOURS)], number)
    if bound is not None and frame.low <= bound:
        y = frame.y(bound)
        parts.append(f'<path d="M{LEFT},{y:.1f} H{WIDTH - RIGHT}" stroke="#555" stroke-dasharray="5 4" fill="none"/>')
        parts.append(f'<text x="{LEFT + 6}" y="{y - 5:.1f}">proven bound {bound:,.0f}</text>')
    return _picture(title, parts)


def growth_chart(title: str, panels: Mapping[str, Line]) -> str:
    """Side by side, what grows with the number of visits: points joined by lines, from nothing up; visits on a
    logarithmic axis."""
    width = (WIDTH - LEFT) / len(panels)
    parts = [f'<text x="{LEFT}" y="18" font-size="15">{escape(title)}</text>']
    for number, (name, line) in enumerate(panels.items()):
        visits = sorted({at for at, _ in line})
        left = LEFT + number * width
        high = 1.15 * max(value for _, value in line)
        frame = _Frame(visits[0] / 1.6, 1.3 * visits[-1], 0.0, high, left, left + width - LEFT)
        parts += frame.axes("", "visits (logarithmic)", visits)
        parts.append(f'<text x="{left:.0f}" y="{TOP - 8}">{escape(name)}</text>')
        path = " L".join(f"{frame.x(at):.1f},{frame.y(value):.1f}" for at, value in line)
        parts.append(f'<path d="M{path}" fill="none" stroke="{COLOURS[number]}" stroke-width="2"/>')
        for at, value in line:
            x, y = frame.x(at), frame.y(value)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[number]}"/>')
            parts.append(f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">{value:,.0f}</text>')
    return _picture(title, parts)


def _picture(title: str, parts: Sequence[str]) -> str:
    inside = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" role="img">\n<title>{escape(title)}</title>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{inside}\n</svg>\n'
    )


class _Frame:
    """Where points lie in the picture: `first` to `last` on a logarithmic axis, `low` to `high` upwards."""

    def __init__(
        self, first: float, last: float, low: float, high: float, left: float = LEFT, right: float = WIDTH - RIGHT
    ) -> None:
        self.first, self.last, self.low, self.high = first, last, low, high
        self.left, self.right = left, right

    def x(self, at: float) -> float:
        share = math.log(max(at, self.first) / self.first) / math.log(self.last / self.first)
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        share = (min(value, self.high) - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)

    def axes(self, title: str, below: str, marks: Sequence[float]) -> list[str]:
        """The title, the grid and its numbers, and what the axis below shows."""
        parts = [f'<text x="{self.left:.0f}" y="24" font-size="15">{escape(title)}</text>']
        step = _round_step((self.high - self.low) / 6)
        value = math.ceil(self.low / step) * step
        while value <= self.high:
            y = self.y(value)
            parts.append(f'<path d="M{self.left:.1f},{y:.1f} H{self.right:.1f}" stroke="#ddd"/>')
            parts.append(f'<text x="{self.left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{value:,.0f}</text>')
            value += step
        for at in marks:
            if at <= self.last:
                x = self.x(at)
                parts.append(f'<path d="M{x:.1f},{TOP} V{HEIGHT - BOTTOM}" stroke="#eee"/>')
                parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{at:,g}</text>')
        middle = (self.left + self.right) / 2
        parts.append(f'<text x="{middle:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{escape(below)}</text>')
        return parts

    def line(self, name: str, line: Line, colour: str, row: int) -> list[str]:
        """The steps of one solver, its last point, its name beside the frame."""
        shown = [(at, cost) for at, cost in line if cost <= self.high]
        words = escape(name if shown else f"{name} (above)")
        label = f'<text x="{WIDTH - RIGHT + 30}" y="{TOP + 14 + 22 * row}">{words}</text>'
        key = f'<path d="M{WIDTH - RIGHT + 8},{TOP + 10 + 22 * row} h16" stroke="{colour}" stroke-width="3"/>'
        if not shown:
            return [key, label]
        path = f"M{self.x(shown[0][0]):.1f},{self.y(shown[0][1]):.1f}"
        path += "".join(f" H{self.x(at):.1f} V{self.y(cost):.1f}" for at, cost in shown[1:])
        end = f'<circle cx="{self.x(shown[-1][0]):.1f}" cy="{self.y(shown[-1][1]):.1f}" r="4" fill="{colour}"/>'
        return [f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>', end, key, label]


def _round_step(step: float) -> float:
    power = float(10 ** math.floor(math.log10(step)))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= step)
