/** H5Web with a file. It is large: loaded when somebody opens the tab (`FilesTab.tsx`). */
import { App, DataProvider } from '@h5web/app';
import '@h5web/app/styles.css';
import { useMemo } from 'react';
import { GroveApi } from './grove-api.ts';

// As in all pictures of this page, row 0 is at the top; whoever chooses otherwise keeps what they chose.
const HEAT_MAPS = 'h5web:heatmap';
if (localStorage.getItem(HEAT_MAPS) === null) {
  localStorage.setItem(HEAT_MAPS, JSON.stringify({ state: { flipYAxis: true }, version: 12 }));
}

export function FileBrowser({ file }: { file: string }) {
  const api = useMemo(() => new GroveApi(file), [file]);
  return (
    <DataProvider api={api}>
      <App key={file} propagateErrors />
    </DataProvider>
  );
}
