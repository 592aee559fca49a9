/** Metrics of a run to and from other programs: as a file, into an MLflow server, and logs of others as runs to compare with. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { FILE_FORMATS, LOG_FORMATS } from '../../../shared/run/log-formats.ts';
import { exportRun } from '../../store/interop/export-run.ts';
import { importLog } from '../../store/interop/import-log.ts';
import { sendToMlflow } from '../../store/interop/mlflow.ts';
import { forgetUploads, underGivenNames, uploadedFile } from '../http/uploads.ts';
import { id, text } from '../inputs.ts';
import { procedure, router } from '../trpc.ts';

/** Metrics to and from other programs. */
export const logsRouter = router({
  /** A run's metrics as a file: its name, and its bytes as base64. */
  file: procedure
    .input(z.strictObject({ id, format: z.enum(FILE_FORMATS) }))
    .query(({ ctx, input: { id: run, format } }) => {
      const folder = mkdtempSync(join(tmpdir(), 'sophia-export-'));
      try {
        const out = format === 'tensorboard' ? folder : join(folder, `${ctx.store.run(run).name}.${format}`);
        const file = exportRun(ctx.store, run, format, out);
        return { name: basename(file), text: null, base64: readFileSync(file).toString('base64') };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),

  /** Sends a run's settings, tags and metrics into an MLflow server; its failures come in its own words. */
  mlflow: procedure
    .input(z.strictObject({ id, url: text(2000) }))
    .mutation(({ ctx, input }) => sendToMlflow(ctx.store, input.id, input.url)),

  /** A log of another program as a finished run: a file of this machine by its path, or one uploaded before. */
  import: procedure
    .input(
      z.strictObject({
        format: z.enum(LOG_FORMATS),
        path: text(4000).optional(),
        batch: text(40).optional(),
        name: text(200).optional(),
        study: text(64).optional(),
        variant: text(64).optional(),
        seed: z.int().min(0).max(4294967295).optional(),
      }),
    )
    .mutation(({ ctx, input: { format, path, batch, name = '', study, variant, seed } }) => {
      const { home } = ctx.store.paths;
      if (batch === undefined && !path?.trim()) throw new SophiaError('usage', 'No file was named.', 'Choose one.');
      try {
        const made = importLog(ctx.store, batch === undefined ? path! : uploadedFile(home, batch, name), format, {
          ...(study && { study }),
          ...(variant && { variant }),
          ...(seed !== undefined && { seed }),
        });
        ctx.changes.notify();
        return made;
      } catch (error) {
        throw underGivenNames(error, home, batch);
      } finally {
        if (batch !== undefined) forgetUploads(home, batch);
      }
    }),
});
