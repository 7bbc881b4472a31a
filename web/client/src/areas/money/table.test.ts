import { expect, test } from "vitest";
import type { Withdrawal } from "@/api/withdrawal";
import { table } from "./table";

const sent: Withdrawal = {
  id: "Withdrawal_1",
  coin: "LTC",
  address: "ltc1q",
  amount: { amount: "0.75", currency: "USD" },
  fee: { amount: "0", currency: "USD" },
  coinAmount: "0.009375",
  rate: "80",
  state: "CONFIRMED",
  heldUntil: null,
  holdReason: null,
  txid: "ab",
  confirmations: 6,
  confirmationsNeeded: 6,
  explorerUrl: null,
  reason: null,
  requestedAt: "2026-11-21T18:40:00Z",
  timeline: [
    { state: "REQUESTED", at: "2026-11-21T18:40:00Z" },
    { state: "CONFIRMED", at: "2026-11-22T16:00:00Z" },
  ],
};

test("a line each beneath a heading, and nothing where nothing is known", () => {
  const lines = table([sent, { ...sent, state: "REQUESTED", coinAmount: null, rate: null, txid: null, timeline: [] }]).split("\r\n");

  expect(lines).toEqual([
    "requested,state,coin,address,amount USD,fee USD,coins,rate USD,transaction,confirmed",
    "2026-11-21T18:40:00Z,CONFIRMED,LTC,ltc1q,0.75,0,0.009375,80,ab,2026-11-22T16:00:00Z",
    "2026-11-21T18:40:00Z,REQUESTED,LTC,ltc1q,0.75,0,,,,",
    "",
  ]);
});

test("what holds a comma or a quote stays one cell", () => {
  expect(table([{ ...sent, address: 'a,"b' }])).toContain('LTC,"a,""b",0.75');
});
