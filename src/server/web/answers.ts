/** Answers to GET requests, beside the page's own files. */
import type { ServerResponse } from 'node:http';
import { messageOf } from '../../errors.ts';
import { RequestError } from '../files/messages.ts';

export interface Body {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Of the file it is saved as. */
  readonly name?: string;
}

function send(response: ServerResponse, { type, bytes, name }: Body): void {
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(name === undefined
      ? {}
      : { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` }),
  });
  response.end(bytes);
}

/** Says why there is no answer, as JSON. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify({ message }));
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(bytes);
}

/** Sends what `make` resolves with, or says why there is none. `log` hears of what nobody expected. */
export async function answerWith(
  response: ServerResponse,
  make: () => Promise<Body>,
  log: (text: string) => void,
): Promise<void> {
  try {
    send(response, await make());
  } catch (error) {
    if (error instanceof RequestError) refuse(response, error.status, error.message);
    else {
      log(messageOf(error));
      refuse(response, 503, 'cannot be answered');
    }
  }
}

export function json(value: unknown): Body {
  return { type: 'application/json', bytes: Buffer.from(JSON.stringify(value)) };
}

/** A member of the query. Throws a `RequestError` where it is not there. */
export function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') throw new RequestError(400, `the query has no '${name}'`);
  return value;
}

/** One of the words that are known. Throws a `RequestError` for others. */
export function oneOf<T extends string>(value: string, accepted: readonly T[], name: string): T {
  const found = accepted.find((one) => one === value);
  if (found !== undefined) return found;
  throw new RequestError(400, `${name} '${value}' is not known: expected ${accepted.join(', ')}`);
}

/** A number from 0 on; null where it is not there. Throws a `RequestError` for what is none. */
export function countIn(query: URLSearchParams, name: string): number | null {
  const value = query.get(name);
  if (value === null) return null;
  if (!/^\d{1,9}$/.test(value)) throw new RequestError(400, `${name} '${value}' is no number`);
  return Number(value);
}

export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || 'data';
}
