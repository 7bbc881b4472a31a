import { create } from "zustand";

/** The time, told every second to all that show one: one timer for a page of countdowns. */
const useClock = create<{ now: number }>(() => ({ now: Date.now() }));
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

export function watchClock(): () => void {
  watchers += 1;
  timer ??= setInterval(() => useClock.setState({ now: Date.now() }), 1_000);
  return () => {
    watchers -= 1;
    if (watchers > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function useNow(): number {
  return useClock((state) => state.now);
}

/** Whole minutes: for ages, which need no seconds. */
export function useMinute(): number {
  return useClock((state) => Math.floor(state.now / 60_000));
}
