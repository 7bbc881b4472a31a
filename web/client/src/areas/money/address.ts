import type { Scalar } from "@/api/graphql";

/**
 * Whether a text can be an address of the coin, by its looks alone: told while one still types. Whether it is one, and whether anything is
 * paid to it, is the server's word.
 */
export type Look = "fits" | "unfinished" | "foreign";

const BASE32 = "[02-9ac-hj-np-z]";
const BASE58 = "[1-9A-HJ-NP-Za-km-z]";
/** Beginning, sign, and how many signs there are in all. */
const FORMS: Record<Scalar<"Coin">, { start: RegExp; whole: RegExp; length: readonly [number, number] }[]> = {
  LTC: [
    { start: /^[tr]?ltc1/i, whole: new RegExp(`^[tr]?ltc1${BASE32}+$`, "i"), length: [43, 64] },
    { start: /^[LMmnQ]/, whole: new RegExp(`^${BASE58}+$`), length: [26, 35] },
  ],
  BCH: [
    { start: /^(bitcoincash|bchtest|bchreg):[qpzr]/i, whole: new RegExp(`^[a-z]+:${BASE32}+$`, "i"), length: [49, 76] },
    { start: /^[qpzr]/i, whole: new RegExp(`^${BASE32}+$`, "i"), length: [42, 61] },
    { start: /^[mn2]/, whole: new RegExp(`^${BASE58}+$`), length: [26, 35] },
  ],
};
/** A beginning that may yet become one of the above. */
const PREFIXES: Record<Scalar<"Coin">, readonly string[]> = {
  LTC: ["ltc1", "tltc1", "rltc1"],
  BCH: ["bitcoincash:", "bchtest:", "bchreg:"],
};

export function looksLike(coin: Scalar<"Coin">, address: string): Look {
  const form = FORMS[coin].find(({ start, whole }) => start.test(address) && whole.test(address));
  if (form) {
    if (address.length > form.length[1]) return "foreign";
    return address.length < form.length[0] ? "unfinished" : "fits";
  }
  return PREFIXES[coin].some((prefix) => prefix.startsWith(address.toLowerCase())) ? "unfinished" : "foreign";
}
