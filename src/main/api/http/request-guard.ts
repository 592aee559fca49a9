/**
 * Who may talk to the server: only pages that it served itself and programs that hold the token. Checks Host (DNS rebinding), Origin
 * and Sec-Fetch-Site (foreign pages); sets the headers that keep our own page from loading or being framed by anything else.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LOOPBACK } from '../../../shared/settings/base-url.ts';

/** The style elements that paneforge makes while a border between panes is dragged, by their whole text; nothing else inline is let in. */
const PANE_STYLES = ['', ...['ew', 'w', 'e'].map((way) => `*{cursor: ${way}-resize!important;}`)]
  .map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
  .join(' ');

/** Content policy of the page: its own scripts, styles and connections, pictures it fetched itself, nothing else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${PANE_STYLES}`,
  // bits-ui's command list has this one style attribute: display: contents;
  "style-src-attr 'unsafe-hashes' 'sha256-iaOezIDcQIoxCULa6FBKKuLUu09R7kG+Mlu+JVfU3Rw='",
  "font-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Why a request is refused before anything is read, or null. `hosts`: further names the user chose to listen on. */
export function refusalOf(request: IncomingMessage, hosts: readonly string[] = []): string | null {
  const host = request.headers.host;
  if (host === undefined || !isAllowed(hostName(host), hosts)) {
    return 'This address is not served. Open the page at 127.0.0.1 or localhost.';
  }
  const origin = request.headers.origin;
  if (origin !== undefined && !isSameHost(origin, host)) return 'Requests from other web pages are refused.';
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation(request)) {
    return 'Requests from other web pages are refused.';
  }
  return null;
}

/**
 * Whether a cookie counts: the request comes from a page of this very address. Browsers say so in Sec-Fetch-Site, or, older ones, in the
 * Origin of whatever changes something (refusalOf has compared both already).
 */
export function isOwnPage({ headers, method }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'same-origin' || (site === undefined && (headers.origin !== undefined || method === 'GET'));
}

/** Headers of every answer. */
export function setSafeHeaders(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

function isAllowed(name: string, hosts: readonly string[]): boolean {
  return LOOPBACK.has(name) || hosts.some((host) => host.toLowerCase() === name);
}

/** The name without its port; any port is fine, as a tunnel may lead here from another. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}

function isSameHost(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === new URL(`http://${host}`).host && /^https?:$/.test(new URL(origin).protocol);
  } catch {
    return false;
  }
}

/** A link followed from elsewhere may open the page (it holds no secret without its token) but nothing else. */
function isNavigation(request: IncomingMessage): boolean {
  return (
    request.method === 'GET' &&
    request.headers['sec-fetch-mode'] === 'navigate' &&
    !/^\/(api|image|upload|archive|session)\b/.test(request.url ?? '')
  );
}
