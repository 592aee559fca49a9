/**
 * Tickets for saving an archive: a browser saves a link without our token in a header, so it is given a link of 256 random bits that works
 * once, within a minute, for one study.
 */
import { newToken } from './token.ts';

const LIFE_MS = 60_000;
const tickets = new Map<string, { readonly query: string; readonly until: number }>();

/** A fresh ticket for a query of GET /archive. */
export function archiveTicket(query: string): string {
  const now = performance.now();
  for (const [key, { until }] of tickets) if (until < now) tickets.delete(key);
  const ticket = newToken();
  tickets.set(ticket, { query, until: now + LIFE_MS });
  return ticket;
}

/** The query that a request's ticket stands for, or null: none was given, it was used, or it is too old. */
export function redeemTicket(url: string | undefined): string | null {
  const ticket = new URL(url ?? '', 'http://localhost').searchParams.get('ticket');
  const found = ticket === null ? undefined : tickets.get(ticket);
  if (ticket === null || found === undefined) return null;
  tickets.delete(ticket);
  return found.until < performance.now() ? null : found.query;
}
