/** Serves what is asked of a run, between its iterations: the master hears requests, all ranks serve them together. */
import { AbortedError, ConfigError, FileError, plainError } from '../../errors.ts';
import { isMaster, type Communicator } from '../../parallel/communicator.ts';
import type { FromRun, Request, RequestName, Requests } from './requests.ts';

/** How requests are served. Collective. What throws a `ConfigError` or a `FileError` refuses, and the run goes on. */
export type Service = {
  readonly [N in Exclude<RequestName, 'pause' | 'resume'>]: (
    given: Requests[N]['given'],
  ) => Promise<Requests[N]['answer']>;
} & { readonly place: () => Requests['pause']['answer'] };

export class Desk {
  readonly #say: (message: FromRun) => void;
  readonly #inbox: Request[] = [];
  readonly #listeners = new Set<() => void>();
  #isPaused = false;
  #isClosed = false;

  /** `say` takes answers. On the master. */
  constructor(say: (message: FromRun) => void = () => undefined) {
    this.#say = say;
  }

  /** Takes a request, to be served after the iteration at hand. On the master. */
  hear(request: Request): void {
    if (this.#isClosed) {
      this.#refuse(request, new AbortedError(`${request.name}: the run has ended`));
      return;
    }
    this.#inbox.push(request);
    for (const wake of [...this.#listeners]) wake();
  }

  /** Somebody waits for an answer, to this request if one is given. On the master. */
  isWanted(name?: RequestName): boolean {
    return name === undefined ? this.#inbox.length > 0 : this.#inbox.some((request) => request.name === name);
  }

  /** Calls `wake` with every request, until the function that it returns is called. */
  onRequest(wake: () => void): () => void {
    this.#listeners.add(wake);
    return () => this.#listeners.delete(wake);
  }

  /** Serves what is asked for and can be served; returns when the run goes on, or is to stop. What is left waits. Collective. */
  async serve(
    service: Partial<Service>,
    communicator: Communicator,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    do {
      if (isMaster(communicator) && this.#isPaused) await this.#request(signal);
      const heard = { requests: this.#taken(service), isStopped: signal?.aborted === true };
      const { requests, isStopped } = communicator.size === 1 ? heard : await communicator.broadcast(heard);
      for (const request of requests) await this.#answer(request, service, isMaster(communicator));
      if (isStopped) return;
    } while (this.#isPaused);
  }

  /** What of the inbox this service can serve. */
  #taken(service: Partial<Service>): Request[] {
    const all = this.#inbox.splice(0);
    this.#inbox.push(...all.filter(({ name }) => !isServedBy(service, name)));
    return all.filter(({ name }) => isServedBy(service, name));
  }

  /** Nothing is served any more. */
  close(): void {
    this.#isClosed = true;
    for (const request of this.#inbox.splice(0)) this.hear(request);
  }

  /** Until there is one, or the signal. */
  async #request(signal: AbortSignal | undefined): Promise<void> {
    while (!this.isWanted() && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        const off = this.onRequest(wake);
        function wake(): void {
          off();
          signal?.removeEventListener('abort', wake);
          resolve();
        }
        signal?.addEventListener('abort', wake);
      });
    }
  }

  async #answer(request: Request, service: Partial<Service>, speaks: boolean): Promise<void> {
    try {
      const answer = await this.#serveOne(request, service);
      if (speaks) this.#say({ kind: 'answer', id: request.id, answer });
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof FileError)) throw error;
      if (speaks) this.#refuse(request, error);
    }
  }

  #serveOne(
    request: Request,
    service: Partial<Service>,
  ): Promise<unknown> | Requests['pause']['answer'] | undefined {
    switch (request.name) {
      case 'pause':
      case 'resume':
        this.#isPaused = request.name === 'pause';
        return service.place?.();
      case 'save':
        return service.save?.(request.given);
      case 'snapshot':
        return service.snapshot?.(request.given);
      case 'prepared':
        return service.prepared?.(request.given);
      case 'change':
        return service.change?.(request.given);
      case 'remark':
        return service.remark?.(request.given);
    }
  }

  #refuse({ id }: Request, error: Error): void {
    this.#say({ kind: 'refusal', id, error: plainError(error) });
  }
}

function isServedBy(service: Partial<Service>, name: RequestName): boolean {
  return service[name === 'pause' || name === 'resume' ? 'place' : name] !== undefined;
}
