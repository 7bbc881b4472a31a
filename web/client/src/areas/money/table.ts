import type { Withdrawal } from "@/api/withdrawal";

const HEADING = ["requested", "state", "coin", "address", "amount USD", "fee USD", "coins", "rate USD", "transaction", "confirmed"];

/** Withdrawals as comma-separated values: a heading, a line each, as RFC 4180 has them. */
export function table(withdrawals: readonly Withdrawal[]): string {
  const lines = withdrawals.map(({ requestedAt, state, coin, address, amount, fee, coinAmount, rate, txid, timeline }) => {
    const confirmed = timeline.find((step) => step.state === "CONFIRMED")?.at;
    return [requestedAt, state, coin, address, amount.amount, fee.amount, coinAmount, rate, txid, confirmed];
  });
  return [HEADING, ...lines]
    .map((cells) => cells.map((cell) => quoted(cell ?? "")).join(","))
    .join("\r\n")
    .concat("\r\n");
}

/** Everything here is made by the server of digits, letters and colons: nothing that a spreadsheet would take for a formula. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
