/**
 * Who is let in. The page may show unpublished data and stop a measurement, on machines that many people use, while browsers load
 * pages of others that try to reach it: every request is checked, the WebSocket's too.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Access {
  /** Address that is listened on. */
  readonly host: string;
  /** Undefined: whoever reaches the address may look. */
  readonly token: string | undefined;
  /** Further names of this server, as behind a proxy: `beamline.example.org` or with a port. */
  readonly allowedHosts: readonly string[];
  /** Where a proxy shows the page, as `https://jupyter.example.org`. */
  readonly publicOrigin: string | undefined;
  /** Path that stands before all others, `/` at both ends; proxies that take it away need none. */
  readonly prefix: string;
}

/** What a request is answered that is not let in. */
export interface Denial {
  readonly status: 401 | 403 | 421;
  readonly message: string;
}

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

/**
 * A token is needed where others than this machine's users reach the page, and where it does more than show: a machine at a beamline
 * has many users.
 */
export function accessFor(
  { host, allowedHosts, publicOrigin, prefix }: Omit<Access, 'token'>,
  canControl: boolean,
): Access {
  const needsToken = canControl || !isLoopback(host);
  return {
    ...{ host, allowedHosts, publicOrigin },
    prefix: `/${prefix}/`.replace(/\/{2,}/g, '/'),
    token: needsToken ? randomBytes(32).toString('base64url') : undefined,
  };
}

/**
 * Undefined: let in, as far as names go. A name that is not this server's is an attempt to reach it by a name that somebody else
 * owns (DNS rebinding); an origin that is not this page's is another page.
 */
export function denialOf(
  { headers }: Pick<IncomingMessage, 'headers'>,
  port: number,
  { host, allowedHosts, publicOrigin }: Access,
): Denial | undefined {
  const own = [...LOOPBACK, host.includes(':') ? `[${host}]` : host].map((name) => `${name}:${port}`);
  const named = headers.host?.toLowerCase() ?? '';
  const isAllowed = allowedHosts.some((allowed) => allowed === named || named.startsWith(`${allowed}:`));
  if (!own.includes(named) && !isAllowed) {
    return {
      status: 421,
      message: `this server has no such name; start it with --allow-host to let one in`,
    };
  }
  const { origin } = headers;
  if (origin === undefined) return undefined;
  const isOwn = [`http://${named}`, `https://${named}`, publicOrigin].includes(origin.toLowerCase());
  return isOwn ? undefined : { status: 403, message: 'pages of other origins get nothing' };
}

/** Of this server: two on one machine share their cookies otherwise. */
export function cookieName(port: number): string {
  return `ptyflow-${port}`;
}

/** Whether the request brings the token in its cookie. */
export function hasToken(
  { headers }: Pick<IncomingMessage, 'headers'>,
  port: number,
  token: string | undefined,
): boolean {
  if (token === undefined) return true;
  const name = `${cookieName(port)}=`;
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.some((cookie) => cookie.startsWith(name) && isSame(cookie.slice(name.length), token));
}

/** Takes the same time whatever is wrong. */
export function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Without `Path`, so that it works below any prefix; not strict, so that the link works from a mail. */
export function cookieOf(port: number, token: string): string {
  return `${cookieName(port)}=${token}; HttpOnly; SameSite=Lax`;
}

/** Of every answer: nothing is loaded from elsewhere, nobody frames the page, nothing of it is kept or passed on. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};
