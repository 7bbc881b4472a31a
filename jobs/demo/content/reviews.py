"""TEXT_REVIEW: the praise and the complaints in short product reviews, which were written for the demo."""

import re
from collections.abc import Iterator

from jobs.demo.content.answers import choice, field, labels, shapes
from jobs.demo.content.project import DemoExample, DemoItem, DemoProject, DemoText, Json

INSTRUCTIONS = """\
A shop wants to know what its customers like and dislike. **Mark the words that praise and the words that complain**, then
say how the review sounds as a whole.

1. Read the review to its end.
2. Mark each praise and each complaint. Mark as few words as say it: the thing and what is said about it.
3. Choose how the whole review sounds.

**Good**

- "The *zip broke* on the first day": marked as a complaint from *zip* to *broke*.
- *Mixed*, as soon as there is at least one praise and one complaint.
- *Neutral* and nothing marked, when the review only tells facts.

**Not good**

- The whole sentence marked, with "I think that" and "but".
- A single word such as *good*, without what is good.
- Your own opinion about the product.
"""

FORM = [
    field(
        "span",
        "passages",
        "Praise and complaints",
        help="Mark as few words as say it. Leave this empty when there are none.",
        required=False,
        classes=[
            {"key": "praise", "label": "Praise", "color": "#2f9e44"},
            {"key": "complaint", "label": "Complaint", "color": "#e03131"},
        ],
    ),
    field(
        "choice",
        "tone",
        "How does the whole review sound?",
        help=None,
        options=labels(positive="Positive", negative="Negative", mixed="Mixed: praise and complaints", neutral="Neutral: neither"),
        multiple=False,
    ),
]

# Praise stands in [+…], a complaint in [-…].
REVIEWS = (
    "[+The battery lasts two full days], even when I listen to music all the time.",
    "[-The strap broke] after a week.",
    "Bought this kettle for my mother. [+It boils quickly] and [+the handle stays cool].",
    "[+Lovely colour], but [-the shirt shrank] in the first wash.",
    "I ordered the blue one in size M. It came on Tuesday.",
    "[-The lamp flickers] every evening and [-nobody answers my mails].",
    "[+Very comfortable shoes]. I walked in them for eight hours without a blister.",
    "The table is fine and [+easy to put together]. [-One screw was missing], though.",
    "[-The picture on the box shows three cups, and I got two].",
    "[+Fast delivery], [+carefully packed]. Thank you!",
    "This replaces an older model of the same brand.",
    "[-The zip gets stuck] each time I close the bag.",
    "[+The knife is really sharp] and [+sits well in the hand].",
    "The app is needed for the first set-up. [-It crashed four times] before the bulb was found.",
    "For this price [+the sound is surprisingly good]. [-The cable is much too short], however.",
    "[-It smells of plastic], even after two weeks by the open window.",
    "My children [+play with the blocks every day].",
    "[+The tent stayed dry] through a whole night of rain, but [-it is heavy to carry].",
    "The parcel holds a charger, a cable and a small booklet in six languages.",
    "[-The mattress is far too soft] for me. My back hurts in the morning.",
    "[+Works exactly as described].",
    "[-The seller sent the wrong size], and then [+took it back without any trouble].",
    "[+The blender crushes ice] in seconds. [-It is as loud as an aeroplane].",
    "I have had this umbrella since March. It is black.",
    "[-The buttons are so small] that my father cannot press them.",
    "[+Nice thick paper] and [+the pen does not bleed through].",
    "[-The lid leaks]. My bag was full of soup.",
    "[+The screen is bright enough for the garden]. Reading in the sun is no problem now.",
    "The backpack has two pockets outside and one inside. [+Everything fits in it].",
    "[-The instructions are only in German], which I do not read.",
    "[+The soap smells wonderful], but [-it was gone after ten days].",
    "Third pair I bought. [+They simply last].",
    "[-The wheel of the suitcase came off] at the airport.",
    "The heater is for rooms of up to twenty square metres.",
    "[+The plant arrived fresh and green], and [+the pot is prettier than in the photo].",
    "[-Does not charge my phone]. I tried three different cables.",
    "[+Great value for the money]. [-The box was dented] when it came.",
    "[-The colour comes off on my hands] when the gloves get wet.",
    "[+The chair is comfortable], [+the fabric is easy to clean] and [+putting it together took ten minutes].",
    "It is a present for my brother, he will open it in May.",
    "[-Two of the six glasses were broken].",
    "[+The torch is tiny] and yet [+lights up the whole path].",
    "I like that [+it switches itself off]. What I do not like: [-the display cannot be read at night].",
    "[-The jumper itches] so much that I gave it away.",
    "[+Customer service called me back within an hour] and [+sent a new one the same day].",
    "The cover fits the model from 2024. I have not tried it with another one.",
    "[-It stopped working after the last update].",
    "[+The pan really does not stick]. Pancakes slide off by themselves.",
    "[+Beautiful design]. Sadly [-the clock loses five minutes a day].",
    "[-I waited five weeks for it].",
    "[+The keys are quiet], my colleagues are grateful.",
    "[-The pillow is flat after one night], and [-the cover cannot be taken off].",
    "Sold as a set of four. The set has four pieces.",
    "[+The bike lock feels solid] and [+opens smoothly], but [-the key is easy to lose because it is so small].",
    "[-The coffee tastes burnt] whatever I do with the settings.",
    "[+The drawing pencils are soft and rich in colour].",
    "[-The towel does not dry at all], it only moves the water around.",
    "[+Setting it up was child's play]: plug it in, press once, done.",
    "The headphones have [+clear voices] and [-hardly any bass].",
    "I bought the small one because the large one does not fit my kitchen.",
)
GOLD = {1, 3, 9}

_MARK = re.compile(r"\[([+-])(.*?)\]")
_LABELS = {"+": "praise", "-": "complaint"}
_TONES = {frozenset[str](): "neutral", frozenset({"praise"}): "positive", frozenset({"complaint"}): "negative"}


def items() -> Iterator[DemoItem]:
    for number, review in enumerate(REVIEWS):
        text, spans = unmark(review)
        yield DemoItem(f"review-{number + 1:03}", [DemoText(text, "review")], judged(spans), gold=number in GOLD)


def unmark(marked: str) -> tuple[str, list[Json]]:
    """The plain text, and the marked passages as spans of it."""
    text, spans, end = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[end : mark.start()]
        spans.append({"label": _LABELS[mark[1]], "content": 0, "start": len(text), "end": len(text) + len(mark[2])})
        text += mark[2]
        end = mark.end()
    return text + marked[end:], spans


def judged(spans: list[Json]) -> list[Json]:
    """The answers that follow from the passages."""
    tone = choice("tone", _TONES.get(frozenset(span["label"] for span in spans), "mixed"))
    return [shapes("span", "passages", spans), tone] if spans else [tone]


_EXAMPLE, _PASSAGES = unmark("I think that [+the jacket keeps me warm], but [-the pockets are too small] for a phone.")

PROJECT = DemoProject(
    key="reviews",
    title="Praise and complaints in reviews",
    kind="TEXT_REVIEW",
    instructions=INSTRUCTIONS,
    form=FORM,
    examples=(
        DemoExample(
            [DemoText(_EXAMPLE, "review")],
            judged(_PASSAGES),
            good=True,
            comment="One praise, one complaint, only the words that say it: so the whole sounds mixed.",
        ),
        DemoExample(
            [DemoText(_EXAMPLE, "review")],
            judged([{"label": "praise", "content": 0, "start": 0, "end": len(_EXAMPLE)}]),
            good=False,
            comment="The whole sentence is marked as praise, with the complaint in it.",
        ),
        DemoExample(
            [DemoText("The jacket is dark green and has three pockets.", "review")],
            judged([]),
            good=True,
            comment="Facts only. Nothing is marked, and the tone is neutral.",
        ),
    ),
    price_per_thousand="7.50",
    overlap=2,
    lease_seconds=240,
    items=items,
    requirements={"languages": ["en"]},
)
