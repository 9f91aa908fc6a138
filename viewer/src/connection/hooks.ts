/** How components see the page's state and pictures. */
import { createContext, useCallback, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import type { Page } from './page.ts';
import { keyOf, type Shown, type Wish } from './pictures.ts';
import type { PageState } from './state.ts';

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('a component stands outside of the page');
  return page;
}

export function usePageState(): PageState {
  const page = usePage();
  return useSyncExternalStore(
    useCallback((listener) => page.subscribe(listener), [page]),
    () => page.state,
  );
}

/** For people: of a source by its ID. */
export function useSourceName(source: string): string {
  return usePageState().sources.find(({ id }) => id === source)?.name ?? source;
}

/** What the server has sent of a wish. Whoever shows the picture calls `onDrawn` with it. */
export function usePicture(wish: Wish | undefined): Shown & { onDrawn: (picture: Picture) => void } {
  const { pictures } = usePage();
  const key = wish === undefined ? '' : keyOf(wish);
  useEffect(() => (key === '' ? undefined : pictures.hold(JSON.parse(key) as Wish)), [pictures, key]);
  const shown = useSyncExternalStore(
    useCallback((listener) => pictures.subscribe(listener), [pictures]),
    () => pictures.shown(key),
  );
  // The same thing at another size stands there until it has come at this one.
  const thing = wish === undefined ? '' : JSON.stringify({ ...wish, screen: null });
  const last = useRef<{ thing: string; shown: Shown }>({ thing, shown });
  if (last.current.thing !== thing || shown.picture !== undefined || shown.trouble !== undefined) {
    last.current = { thing, shown };
  }
  const onDrawn = useCallback(
    (picture: Picture) => {
      pictures.drawn(picture);
    },
    [pictures],
  );
  return { ...last.current.shown, onDrawn };
}
