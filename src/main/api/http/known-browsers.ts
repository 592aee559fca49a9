/**
 * The cookie by which a browser that once came with the start link is let in again: in any tab, and after a restart of the engine. It holds
 * when it ends and a MAC under the home's secret, so nothing is kept per browser and a new secret forgets all. Cookies know no ports:
 * whatever else listens on the same host is sent it too, so it opens nothing without the Host and Origin checks (request-guard.ts).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a home signs cookies with. `id` names the cookie, so that homes on other ports of one host do not overwrite each other's. */
export interface BrowserSecret {
  readonly id: string;
  readonly secret: string;
}

/** What a request's cookie is worth; `ageing`: it is right and more than half of its life is over. */
export type CookieState = 'known' | 'ageing' | 'wrong' | 'ended' | 'none';

/** The longest that browsers keep a cookie. */
const LIFE_S = 400 * 86_400;

/** A `Set-Cookie` header for a browser that is known from now on. Not readable by scripts, never sent with another site's requests. */
export function browserCookie(of: BrowserSecret, now = Date.now()): string {
  const until = (Math.floor(now / 1000) + LIFE_S).toString(36);
  return `${nameOf(of)}=${until}.${mac(of, until)}; Path=/; Max-Age=${LIFE_S}; HttpOnly; SameSite=Strict`;
}

/** What the `Cookie` header of a request says; takes the same time however much of a value is right. */
export function cookieState(of: BrowserSecret, header: string | undefined, now = Date.now()): CookieState {
  const start = `${nameOf(of)}=`;
  const values = (header ?? '')
    .split(/; */)
    .flatMap((pair) => (pair.startsWith(start) ? [pair.slice(start.length)] : []));
  if (values.length === 0) return 'none';
  const right = values.find((value) => isSigned(of, value));
  if (right === undefined) return 'wrong';
  const left = Number.parseInt(right, 36) - now / 1000; // reads up to the dot
  return left <= 0 ? 'ended' : left < LIFE_S / 2 ? 'ageing' : 'known';
}

const nameOf = ({ id }: BrowserSecret): string => `sophia-${id}`;

const mac = ({ secret }: BrowserSecret, text: string): string =>
  createHmac('sha256', secret).update(`browser until ${text}`).digest('base64url');

function isSigned(of: BrowserSecret, value: string): boolean {
  const [until = '', given = ''] = value.split('.');
  const [a, b] = [Buffer.from(given), Buffer.from(mac(of, until))];
  return a.length === b.length && timingSafeEqual(a, b);
}
