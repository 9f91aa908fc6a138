import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { PageContext } from './connection/hooks.ts';
import { Page } from './connection/page.ts';
import { App } from './shell/App.tsx';
import 'uplot/dist/uPlot.min.css';
import './page.css';

const address = new URL('live', document.baseURI);
address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
address.search = '';
address.hash = '';
const page = new Page(() => new WebSocket(address));

const root = document.getElementById('page');
if (root === null) throw new Error('the document has no element "page"');
createRoot(root).render(
  <StrictMode>
    <PageContext.Provider value={page}>
      <App />
    </PageContext.Provider>
  </StrictMode>,
);
