"""The small drawings of recorded outputs, with their geometry worked out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from catalog.services.pages.shown import Shown

MINUS = "\N{MINUS SIGN}"
#: a number's place is this far from the middle before a 0 is written there (px of 240)
BESIDE_ZERO = 34


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
    def has_zero(self) -> bool:
        """Whether the middle is 0 and there is room to say so."""
        return self.low == -self.high and abs(self.text_x - 120) > BESIDE_ZERO

    @property
    def written(self) -> str:
        sign = "+" if self.low < 0 < self.value else ""
        return sign + f"{self.value:.3g}".replace("-", MINUS)


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a drawing."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that went in; those that came out with their band, or those marked."""

    kind: ClassVar[str] = "series"
    past: str
    label: str
    next: str = ""
    band: str = ""
    marks: list[Point] = field(default_factory=list)


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
    """Labelled numbers, the first five; `said` is the answer that they are about."""

    kind: ClassVar[str] = "bars"
    bars: list[Bar]
    quote: str = ""
    said: str = ""

    @property
    def height(self) -> int:
        return 20 * len(self.bars) - 4

    @property
    def label(self) -> str:
        return ", ".join(f"{bar.name} {bar.written}" for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the example: `side` and JSON Pointer; `said` is what came out."""

    kind: ClassVar[str] = "picture"
    at: str
    side: str = "output"
    said: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures that went in, and the number that came out."""

    kind: ClassVar[str] = "pair"
    one: str
    other: str
    name: str
    written: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A frame with its tag, in pixels of the picture."""

    x: float
    y: float
    width: float
    height: float
    text: str
    tag_x: float
    tag_y: float
    tag_width: float
    text_x: float
    text_y: float


@dataclass(frozen=True, slots=True)
class Boxes:
    """A picture that went in, and what was found in it; `tag` is a tag's height."""

    kind: ClassVar[str] = "boxes"
    at: str
    width: int
    height: int
    tag: float
    boxes: list[Box]

    @property
    def letters(self) -> float:
        """The size of the letters in a tag."""
        return round(self.tag * 0.68, 1)

    @property
    def line(self) -> float:
        """The width of a frame's line."""
        return round(self.tag * 0.1, 2)

    @property
    def label(self) -> str:
        return "Found: " + ", ".join(box.text for box in self.boxes)


@dataclass(frozen=True, slots=True)
class Cell:
    """Some neighbors in a row of a grid with one shade, 0 to 1."""

    x: float
    y: float
    width: float
    shade: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A square of numbers that went in, drawn as a picture of 96, and the answer."""

    kind: ClassVar[str] = "grid"
    cells: list[Cell]
    side: float
    said: str


@dataclass(frozen=True, slots=True)
class Record:
    """One of several texts that came out, with a figure of it where it has one."""

    text: str
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """The first few texts that came out."""

    kind: ClassVar[str] = "records"
    quote: str
    records: list[Record]


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that went in, and the shorter one that came out."""

    kind: ClassVar[str] = "passage"
    quote: str
    said: str


@dataclass(frozen=True, slots=True)
class Text:
    """Anything else: what went in, what came out; `said` is a short answer whole."""

    kind: ClassVar[str] = "text"
    quote: str
    answer: Shown
    said: str = ""


Exhibit = (
    Axis
    | Series
    | Swatches
    | Bars
    | Picture
    | Pair
    | Boxes
    | Grid
    | Records
    | Passage
    | Text
)
