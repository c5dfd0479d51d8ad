"""The small drawings of recorded outputs, with their geometry worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from catalog.services.pages.shown import Shown

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Axis:
    """A number between the ends that the output's schema gives it."""

    kind: ClassVar[str] = "axis"
    name: str
    value: float
    low: float
    high: float
    quote: str = ""

    @property
    def x(self) -> float:
        return round(4 + 232 * (self.value - self.low) / (self.high - self.low), 1)

    @property
    def text_x(self) -> float:
        return min(max(self.x, 46), 194)

    @property
    def written(self) -> str:
        sign = "+" if self.low < 0 < self.value else ""
        return sign + f"{self.value:.3g}".replace("-", MINUS)


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that went in, numbers that came out, and their band where given."""

    kind: ClassVar[str] = "series"
    past: str
    next: str
    band: str
    label: str


@dataclass(frozen=True, slots=True)
class Swatch:
    """One color: where it stands in the drawing and what it is called."""

    color: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Swatches:
    """Colors, as wide as their shares."""

    kind: ClassVar[str] = "swatches"
    swatches: list[Swatch]
    #: where in the input the picture is that they were taken from, if one is
    at: str | None = None

    @property
    def label(self) -> str:
        return "Colors: " + ", ".join(swatch.color for swatch in self.swatches)


@dataclass(frozen=True, slots=True)
class Bar:
    """One labelled number."""

    name: str
    written: str
    width: float
    y: int

    @property
    def text_y(self) -> int:
        return self.y + 10


@dataclass(frozen=True, slots=True)
class Bars:
    """Labelled numbers, the first five."""

    kind: ClassVar[str] = "bars"
    bars: list[Bar]

    @property
    def height(self) -> int:
        return 20 * len(self.bars)

    @property
    def label(self) -> str:
        return ", ".join(f"{bar.name} {bar.written}" for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that came out; `at` is its JSON Pointer."""

    kind: ClassVar[str] = "picture"
    at: str


@dataclass(frozen=True, slots=True)
class Text:
    """Anything else: what went in, what came out; `said` is a short answer whole."""

    kind: ClassVar[str] = "text"
    quote: str
    answer: Shown
    said: str = ""


Exhibit = Axis | Series | Swatches | Bars | Picture | Text
