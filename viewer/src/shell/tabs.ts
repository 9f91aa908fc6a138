import { useSyncExternalStore } from 'react';
import type { Source } from '../../../src/server/protocol/messages.ts';

export const TABS = ['Overview', 'Object', 'Probe', 'Frames', 'Errors', 'Log', 'Prepare'] as const;

export type Tab = (typeof TABS)[number];

/** What there is to see of a source, in the order of the digits. */
export function tabsFor(kind: Source['kind'] | undefined): readonly Tab[] {
  return kind === 'scan' ? ['Prepare', 'Log'] : TABS.filter((tab) => tab !== 'Prepare');
}

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

/** The tab in the URL, or the first of these where it is none of them. */
export function useTab(tabs: readonly Tab[]): Tab {
  const tab = useSyncExternalStore(subscribe, () => tabOf(window.location.hash));
  return tabs.includes(tab) ? tab : tabs[0];
}
