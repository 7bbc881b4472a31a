import { expect, test } from "vitest";
import { dollars, inCoins, micros } from "./amounts";

test("an amount is read exactly, with a point or a comma", () => {
  expect(["0.5", " 0,5 ", "12", "0.000001", "100000.1"].map(micros)).toEqual([500_000n, 500_000n, 12_000_000n, 1n, 100_000_100_000n]);
});

test("what is no amount is none", () => {
  for (const text of ["", ".", "1.", ".5", "-1", "1e3", "0.0000001", "1,000.5", "٣", "0x10"]) expect(micros(text)).toBeNull();
});

test("an amount is written as short as it can be", () => {
  expect([500_000n, 12_000_000n, 1n, 0n].map(dollars)).toEqual(["0.5", "12", "0.000001", "0"]);
});

test("coins are rounded down, and the fee goes off first", () => {
  expect(inCoins(750_000n, 0n, "80")).toBe("0.009375");
  // 1.234567 / 81.37, of which the server sends 1,517,226 satoshis.
  expect(inCoins(1_234_567n, 0n, "81.37")).toBe("0.01517226");
  expect(inCoins(550_000n, 50_000n, "100")).toBe("0.005");
  expect(inCoins(50_000n, 50_000n, "100")).toBeNull();
  expect(inCoins(1n, 0n, "0")).toBeNull();
});
