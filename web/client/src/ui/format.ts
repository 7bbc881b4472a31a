import { useLingui } from "@lingui/react";
import { useMemo } from "react";

type Money = { amount: string; currency: string };

/** Amounts, times and shares as the chosen language writes them. */
export function useFormat() {
  const { i18n } = useLingui();
  const { locale } = i18n;
  return useMemo(() => {
    const exact = (currency: string) =>
      new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: 6, minimumFractionDigits: 2 });
    const clock = new Intl.DateTimeFormat(regional(locale), { dateStyle: "medium", timeStyle: "short" });
    const day = new Intl.DateTimeFormat(regional(locale), { dateStyle: "medium" });
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
    const share = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
    const whole = new Intl.NumberFormat(locale);
    return {
      money: ({ amount, currency }: Money) => exact(currency).format(amount as unknown as number),
      /** With its sign, as a history shows what was added and taken. */
      change: (amount: string) =>
        new Intl.NumberFormat(locale, { style: "currency", currency: "USD", maximumFractionDigits: 6, signDisplay: "exceptZero" }).format(
          amount as unknown as number,
        ),
      number: (value: number) => whole.format(value),
      share: (value: number) => share.format(value),
      time: (iso: string) => clock.format(new Date(iso)),
      day: (iso: string) => day.format(new Date(iso)),
      ago: (iso: string) => ago(relative, Date.parse(iso) - Date.now()),
    };
  }, [locale]);
}

/** The language as the browser's owner writes it: dates differ between those who speak the same. */
export function regional(language: string): string {
  return navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

function ago(relative: Intl.RelativeTimeFormat, milliseconds: number): string {
  for (const [unit, size] of STEPS) {
    if (Math.abs(milliseconds) >= size) return relative.format(Math.round(milliseconds / size), unit);
  }
  return relative.format(Math.round(milliseconds / 1000), "second");
}

/** Minutes and seconds, as a countdown shows them. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
