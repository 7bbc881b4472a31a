/** The API counts characters as Unicode code points, browsers as UTF-16 units; these turn one into the other. */

export function pointsIn(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The part [start, end) in code points. */
export function slice(text: string, start: number, end: number): string {
  return [...text].slice(start, end).join("");
}
