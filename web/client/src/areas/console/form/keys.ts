/** A key made of a label: small letters, digits, underscores, a letter first, and not taken. */
export function keyFor(label: string, taken: readonly { key: string }[]): string {
  const plain = label
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 34)
    .replace(/_+$/, "");
  const base = plain || "field";
  const keys = new Set(taken.map(({ key }) => key));
  let key = base;
  for (let number = 2; keys.has(key); number += 1) key = `${base}_${number}`;
  return key;
}
