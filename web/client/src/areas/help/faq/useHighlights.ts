import { type RefObject, useEffect } from "react";

/** Marks the words wherever they stand beneath the element, without touching its contents; help.css has their look. */
export function useHighlights(element: RefObject<HTMLElement | null>, words: readonly string[]): void {
  useEffect(() => {
    if (!element.current || words.length === 0 || !("highlights" in CSS)) return;
    const ranges = [...textsIn(element.current)].flatMap((text) => words.flatMap((word) => placesOf(word, text)));
    CSS.highlights.set("found", new Highlight(...ranges));
    return () => void CSS.highlights.delete("found");
  });
}

function* textsIn(element: HTMLElement): Generator<Text> {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) yield walker.currentNode as Text;
}

function placesOf(word: string, text: Text): Range[] {
  const found: Range[] = [];
  const letters = text.data.toLowerCase();
  // Where a letter's small form is longer, places would be off: nothing is marked then.
  if (letters.length !== text.data.length) return found;
  for (let at = letters.indexOf(word); at >= 0; at = letters.indexOf(word, at + word.length)) {
    const range = new Range();
    range.setStart(text, at);
    range.setEnd(text, at + word.length);
    found.push(range);
  }
  return found;
}
