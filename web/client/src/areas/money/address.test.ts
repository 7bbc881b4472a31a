import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Scalar } from "@/api/graphql";
import { looksLike } from "./address";

type Vector = { coin: string; address: string; valid: boolean; policy: string | null };
const vectors: Vector[] = JSON.parse(readFileSync(new URL("../../../../../tests/payments/address_vectors.json", import.meta.url), "utf8"));

test("nothing that is paid is refused by its looks, and it fits only when it is whole", () => {
  const paid = vectors.filter(({ valid, policy }) => valid && !policy?.startsWith("refuse") && !policy?.startsWith("warn"));
  expect(paid.length).toBeGreaterThan(30);
  for (const { coin, address } of paid) {
    expect(looksLike(coin as Scalar<"Coin">, address), address).toBe("fits");
    for (let length = 1; length < 20; length += 1) {
      expect(looksLike(coin as Scalar<"Coin">, address.slice(0, length)), address.slice(0, length)).toBe("unfinished");
    }
  }
});

test("what belongs to another coin, or to none, is seen at once", () => {
  for (const [coin, address] of [
    ["LTC", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"],
    ["LTC", "bitcoincash:qqq3728yw0y47sqn6l2na30mcw6zm78dzqre909m2r"],
    ["LTC", "0x52908400098527886E0F7030069857D2E4169EE7"],
    ["LTC", "ltc1qxjkwr09apz3w5hsr33uyq9sdfx8tn26g39g00g1"],
    ["LTC", "me@example.test"],
    ["BCH", "ltc1qxjkwr09apz3w5hsr33uyq9sdfx8tn26g39g00g"],
    ["BCH", "1Ax4gZtb7gAit2TivwejZHYtNNLT18PUXJ"],
  ] as const)
    expect(looksLike(coin, address), address).toBe("foreign");
});
