/**
 * Live updates: one stream per page view that sends only what is new since its cursor. A connection that breaks continues at the last
 * cursor it received, so nothing is missed and nothing comes twice.
 */
import { tracked } from '@trpc/server';
import { z } from 'zod';
import type { EventRow, RunDetail, RunRow } from '../../store/rows.ts';
import { metricName } from '../inputs.ts';
import { procedure } from '../trpc.ts';

/** Events per message at most; more follow at once. */
const BATCH = 500;

/** What happened, the changed runs as they are now, and the new points of the metrics asked for. */
export interface LiveBatch {
  readonly cursor: number;
  readonly events: readonly EventRow[];
  readonly runs: readonly RunRow[];
  readonly points: readonly { runId: number; metric: string; step: number; value: number | null }[];
}

/** New rows since a cursor, as they are committed. */
export const live = procedure
  .input(
    z.strictObject({
      cursor: z.int().min(0),
      metrics: z.array(metricName).max(100).default([]),
      lastEventId: z.string().max(20).nullish(), // set by the client when it connects again
    }),
  )
  .subscription(async function* ({ ctx, input, signal }) {
    const end = signal ?? new AbortController().signal;
    let cursor = Number(input.lastEventId ?? input.cursor);
    while (!end.aborted) {
      const change = ctx.changes.next(end); // before reading: what is committed in between rings for the next round
      const news = ctx.store.newRowsSince(cursor, { limit: BATCH, metrics: input.metrics });
      if (news.events.length > 0) {
        cursor = news.cursor;
        const ids = [...new Set(news.events.map((one) => one.runId))];
        const batch: LiveBatch = {
          cursor,
          events: news.events,
          runs: ids.map((id) => runRow(ctx.store.run(id))),
          points: news.points,
        };
        yield tracked(String(cursor), batch);
      }
      if (!news.more) await change;
    }
  });

function runRow({ settings: _settings, attempts: _attempts, branches: _branches, ...row }: RunDetail): RunRow {
  return row;
}
