import { create } from "zustand";

export type Theme = "system" | "light" | "dark";

const KEY = "tidemark.theme";

/** What public/theme.js set before the first paint. */
export const useTheme = create<{ theme: Theme }>(() => ({ theme: (document.documentElement.dataset.theme as Theme) ?? "system" }));

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  document.documentElement.dataset.theme = theme;
  useTheme.setState({ theme });
}
