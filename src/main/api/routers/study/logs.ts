/** Metrics of a run to and from other programs: as a file, into an MLflow server, and logs of others as runs to compare with. */

import { z } from 'zod';
import { namesOf } from '../../../../shared/kinds/kind.ts';
import { FILE_FORMATS, LOG_FORMATS } from '../../../../shared/run/log-formats.ts';
import { beside } from '../../../services/beside/beside.ts';
import { withSource } from '../../../services/uploads.ts';
import { placeOf } from '../../context.ts';
import { fileSource, id, text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

/** Metrics to and from other programs. */
export const logsRouter = router({
  /** A run's metrics as a file: its name, and its bytes as base64. */
  file: procedure
    .input(z.strictObject({ id, format: z.enum(namesOf(FILE_FORMATS)) }))
    .query(async ({ ctx, input: { id: runId, format }, signal }) => {
      const { name, bytes } = await beside(placeOf(ctx), 'export', { runId, format }, signal);
      return { name, text: null, base64: Buffer.from(bytes).toString('base64') };
    }),

  /** Sends a run's settings, tags and metrics into an MLflow server; its failures come in its own words. */
  mlflow: procedure
    .input(z.strictObject({ id, url: text(2000) }))
    .mutation(({ ctx, input }) => beside(placeOf(ctx), 'mlflow', { runId: input.id, server: input.url })),

  /** A log of another program as a finished run. */
  import: procedure
    .input(
      z.strictObject({
        ...fileSource,
        format: z.enum(namesOf(LOG_FORMATS)),
        study: text(64).optional(),
        variant: text(64).optional(),
        seed: z.int().min(0).max(4294967295).optional(),
      }),
    )
    .mutation(async ({ ctx, input: { format, study, variant, seed, ...source } }) => {
      const place = { study: study || undefined, variant: variant || undefined, seed };
      await ctx.engine.settled; // what an import that was killed left is being taken out
      const made = await withSource(ctx.store.paths.home, source, (file) =>
        beside(placeOf(ctx), 'log', { file, format, place }),
      );
      ctx.changes.notify();
      return made;
    }),
});
