/**
 * The key that the studio calls with. It is kept for this tab alone, and comes by the sign-in form or
 * in the fragment of a link, which browsers send to nobody and which is taken out of the address at once.
 */
import { useSyncExternalStore } from "react";

const SLOT = "bobbin.studio.key";

const listeners = new Set<() => void>();

/** Called once, before anything is drawn. */
export function takeKeyFromLink(): void {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    signIn(key);
  }
}

export function currentKey(): string | null {
  return sessionStorage.getItem(SLOT);
}

export function signIn(key: string): void {
  sessionStorage.setItem(SLOT, key.trim());
  tellListeners();
}

export function signOut(): void {
  sessionStorage.removeItem(SLOT);
  tellListeners();
}

/** The key, followed as it changes. */
export function useKey(): string | null {
  return useSyncExternalStore(subscribe, currentKey);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tellListeners(): void {
  for (const listener of listeners) {
    listener();
  }
}
