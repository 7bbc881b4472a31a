/** Sums as whole numbers: dollars in millionths, coins in hundred-millionths. A float would be off by one somewhere. */

const MICRO_DIGITS = 6;
const SATOSHI_DIGITS = 8;

/** "0.5" or "0,5" as 500000; null for what is no amount or finer than a millionth. */
export function micros(text: string): bigint | null {
  return whole(text, MICRO_DIGITS);
}

/** As the API writes it: no comma, no zeros at the end. */
export function dollars(micros: bigint): string {
  return written(micros, MICRO_DIGITS);
}

/** What an amount less its fee comes to in coins, rounded down as the server does; null where nothing is left. */
export function inCoins(amount: bigint, fee: bigint, rate: string): string | null {
  const rateMicros = micros(rate);
  if (!rateMicros || amount <= fee) return null;
  return written(((amount - fee) * 10n ** BigInt(SATOSHI_DIGITS)) / rateMicros, SATOSHI_DIGITS);
}

function whole(text: string, digits: number): bigint | null {
  const match = new RegExp(`^(\\d{1,12})(?:[.,](\\d{1,${digits}}))?$`).exec(text.trim());
  return match ? BigInt(`${match[1]}${(match[2] ?? "").padEnd(digits, "0")}`) : null;
}

function written(value: bigint, digits: number): string {
  const all = value.toString().padStart(digits + 1, "0");
  const fraction = all.slice(-digits).replace(/0+$/, "");
  return fraction ? `${all.slice(0, -digits)}.${fraction}` : all.slice(0, -digits);
}
