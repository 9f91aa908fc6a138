import { useSyncExternalStore } from 'react';

/** In the order of their digits. */
export const TABS = ['Overview', 'Object', 'Probe', 'Frames', 'Errors', 'Log'] as const;

export type Tab = (typeof TABS)[number];

/** The tab that a hash of the URL names; the first for others. */
export function tabOf(hash: string): Tab {
  return TABS.find((tab) => `#${tab.toLowerCase()}` === hash) ?? TABS[0];
}

export function showTab(tab: Tab): void {
  window.location.hash = tab.toLowerCase();
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => {
    window.removeEventListener('hashchange', listener);
  };
}

/** The tab in the URL. */
export function useTab(): Tab {
  return useSyncExternalStore(subscribe, () => tabOf(window.location.hash));
}
