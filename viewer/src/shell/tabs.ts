import { useSyncExternalStore } from 'react';
import type { Source } from '../../../src/server/protocol/messages.ts';

/** In the order of their digits. */
export const TABS = [
  'Overview',
  'Object',
  'Probe',
  'Frames',
  'Errors',
  'Parameters',
  'Log',
  'Files',
  'Prepare',
] as const;

export type Tab = (typeof TABS)[number];

/** Those that have something to show of such a source. Of any HDF5 file there is nothing but its tree. */
export function tabsOf(kind: Source['kind'] | undefined): readonly Tab[] {
  if (kind === 'scan') return ['Prepare', 'Log'];
  return kind === 'hdf5' ? ['Files'] : TABS.filter((tab) => tab !== 'Prepare');
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

/** The tab in the URL. */
export function useTab(): Tab {
  return useSyncExternalStore(subscribe, () => tabOf(window.location.hash));
}
