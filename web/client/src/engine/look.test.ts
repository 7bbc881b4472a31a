import { expect, test } from "vitest";
import { Looks, OverlayLooks } from "./look";

const looks = new Looks([{ key: "things", classes: [{ key: "cup", label: "Cup", color: "#1971c2" }] }]);
const CUP = looks.of({ field: "things", label: "cup" });

test("an overlay looks as its label does, but for what its style says", () => {
  const look = new OverlayLooks({ dash: [7, 5], fill: 0 }).of(CUP);

  expect(look).toMatchObject({ color: "#1971c2", letter: "C", fill: 0, dash: [7, 5], isSign: false, isHatched: false });
});

test("a sign stands in the place of the letter, also of a label that is unknown", () => {
  const overlays = new OverlayLooks({ sign: "1", letters: false });

  expect(overlays.of(CUP)).toMatchObject({ letter: "1", isSign: true });
  expect(overlays.of(looks.of({ field: "things", label: "none" }))).toMatchObject({ letter: "1", isSign: true });
});

test("hatches are the same whatever the label's own pattern", () => {
  const [plain, other] = [CUP, { ...CUP, pattern: 5 }].map((look) => new OverlayLooks({ hatched: true }).of(look));

  expect(plain).toMatchObject({ isHatched: true, pattern: 1 });
  expect(other?.pattern).toBe(1);
});
