import { Component, lazy, Suspense, useState, type ReactNode } from 'react';
import type { Source } from '../../../src/server/protocol/messages.ts';
import { usePageState } from '../connection/hooks.ts';
import './files.css';

const FileBrowser = lazy(async () => ({ default: (await import('./FileBrowser.tsx')).FileBrowser }));

/** What is in the file, object by object. */
export function FilesTab({ source }: { source: Source }) {
  if (source.kind === 'run') {
    return (
      <p className="empty">
        This run is not a file yet. What it has saved can be looked at with <code>ptyflow view</code> and the
        name of the file or of its folder.
      </p>
    );
  }
  return <OpenedFile key={source.id} source={source} />;
}

/** A file that is being written changes often: it is read again when somebody says so. */
function OpenedFile({ source }: { source: Source }) {
  const { descriptions } = usePageState();
  const sequence = descriptions[source.id]?.sequence;
  const [read, setRead] = useState({ sequence, times: 0 });
  // The first description comes after the tab is open.
  if (read.sequence === undefined && sequence !== undefined) setRead({ ...read, sequence });
  const isChanged = read.sequence !== undefined && sequence !== read.sequence;
  return (
    <>
      {isChanged ? (
        <p role="status">
          The file has changed.{' '}
          <button
            type="button"
            onClick={() => {
              setRead({ sequence, times: read.times + 1 });
            }}
          >
            Read it again
          </button>
        </p>
      ) : null}
      <section className="files" aria-label="Contents of the file">
        <Trouble key={read.times}>
          <Suspense fallback={<p className="empty">Opening …</p>}>
            <FileBrowser file={source.name} />
          </Suspense>
        </Trouble>
      </section>
    </>
  );
}

/** Says what keeps the file from being shown. */
class Trouble extends Component<{ children: ReactNode }, { message: string | null }> {
  override state: { message: string | null } = { message: null };

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    return this.state.message === null ? this.props.children : <p role="alert">{this.state.message}</p>;
  }
}
