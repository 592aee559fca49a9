/**
 * Live updates: one stream per page view that sends only what is new since its cursor. A connection that breaks continues at the last
 * cursor it received, so nothing is missed and nothing comes twice.
 */
import { tracked } from '@trpc/server';
import { z } from 'zod';
import { liveBatches } from '../../../services/live-batches.ts';
import { metricName } from '../../inputs.ts';
import { procedure } from '../../trpc.ts';

/** New rows since a cursor, as they are committed. */
export const live = procedure
  .input(
    z.strictObject({
      cursor: z.int().min(0),
      metrics: z.array(metricName).max(100).default([]),
      lastEventId: z.string().max(20).nullish(), // set by the client when it connects again
    }),
  )
  .subscription(async function* ({ ctx, input: { cursor, metrics, lastEventId }, signal }) {
    const end = signal ?? new AbortController().signal;
    for await (const batch of liveBatches(
      { ...ctx, noticed: () => ctx.engine.notices.count },
      Number(lastEventId ?? cursor),
      metrics,
      end,
    ))
      yield tracked(String(batch.cursor), batch);
  });
