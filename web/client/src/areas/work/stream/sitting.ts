import { create } from "zustand";

/** What was done since the page was opened. Amounts in dollars: they are shown, never reckoned with. */
type Sitting = { done: number; earned: number; seconds: number };

export const useSitting = create<Sitting>(() => ({ done: 0, earned: 0, seconds: 0 }));

export function countIn(reward: { amount: string }, seconds: number): void {
  useSitting.setState((before) => ({
    done: before.done + 1,
    earned: before.earned + Number(reward.amount),
    seconds: before.seconds + seconds,
  }));
}

export function countOut(reward: { amount: string }, seconds: number): void {
  useSitting.setState((before) => ({
    done: before.done - 1,
    earned: before.earned - Number(reward.amount),
    seconds: before.seconds - seconds,
  }));
}
