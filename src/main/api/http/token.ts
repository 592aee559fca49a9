/**
 * The token of one engine start: 256 random bits that every API request must carry. Deliberately absent: where it is kept.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A fresh token, URL-safe. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** True when an Authorization header carries the token; takes the same time however much of it is right. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const given = /^Bearer (\S+)$/.exec(header ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
