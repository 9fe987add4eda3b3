import { useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof THEMES)[number];

const SLOT = "bobbin.studio.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

/** What the user chose, kept in this browser, and what that means now. */
export function useTheme(): { choice: ThemeChoice; appearance: "light" | "dark" } {
  const choice = useSyncExternalStore(subscribe, readChoice);
  const isDark = useSyncExternalStore(subscribe, () => dark.matches);
  const system = isDark ? "dark" : "light";
  return { choice, appearance: choice === "system" ? system : choice };
}

export function chooseTheme(choice: ThemeChoice): void {
  localStorage.setItem(SLOT, choice);
  for (const listener of listeners) {
    listener();
  }
}

export function themeAfter(choice: ThemeChoice): ThemeChoice {
  return THEMES[(THEMES.indexOf(choice) + 1) % THEMES.length] ?? "system";
}

function readChoice(): ThemeChoice {
  return THEMES.find((theme) => theme === localStorage.getItem(SLOT)) ?? "system";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  dark.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    dark.removeEventListener("change", listener);
  };
}
