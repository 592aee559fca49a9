/** The results table: as data for the page, as a file in every format. */

import { z } from 'zod';
import { EVALUATION_MODES, EVALUATION_SCORES } from '../../../../shared/kinds/evaluation-mode.ts';
import { namesOf } from '../../../../shared/kinds/kind.ts';
import { formatNames } from '../../../../shared/kinds/table-format.ts';
import { publishedColumns } from '../../../services/studies/published-columns.ts';
import { METRIC_WRITERS } from '../../../store/table/metric-formats.ts';
import { metricTable } from '../../../store/table/metric-table.ts';
import { PUBLISHED_WRITERS } from '../../../store/table/published.ts';
import { SPREADS } from '../../../store/table/results-table.ts';
import { exportedTable, studyTable, TABLE_WRITERS } from '../../../store/table/table.ts';
import { trustByAnnealing } from '../../../store/table/trust-by-annealing.ts';
import { id, metricName, text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

const options = z.strictObject({
  mode: z.enum(namesOf(EVALUATION_MODES)).optional(),
  score: z.enum(namesOf(EVALUATION_SCORES)).optional(),
  benchmarks: z.array(text(200)).max(100).optional(),
  step: z.union([z.int().min(0), z.literal('last')]).optional(),
  baseline: text(64).optional(),
  variants: z.array(text(64)).min(1).max(200).optional(),
  spread: z.enum(SPREADS).optional(),
  holm: z.boolean().optional(),
});

const ofMetrics = z.strictObject({
  id,
  metrics: z.array(metricName).min(1).max(30),
  lastSteps: z.int().min(1).max(1_000_000),
  baseline: text(64).optional(),
});

/** Results tables in every format. */
export const tablesRouter = router({
  /** Bootstrap draws are fewer than in the file formats while a study runs: the page asks again every few seconds. */
  get: procedure
    .input(z.strictObject({ id, options: options.default({}), draft: z.boolean().default(false) }))
    .query(({ ctx, input }) =>
      studyTable(ctx.store, input.id, { ...input.options, ...(input.draft && { repetitions: 500 }) }),
    ),

  /** Average effects of trust and annealing and their interaction; null where the study lacks one of the four arms. */
  trustByAnnealing: procedure
    .input(z.strictObject({ id, options: options.default({}) }))
    .query(({ ctx, input }) => trustByAnnealing(ctx.store, input.id, input.options)),

  /** The table in a file format: text, or base64 where the format is binary. */
  file: procedure
    .input(z.strictObject({ id, options: options.default({}), format: z.enum(formatNames('results')) }))
    .query(async ({ ctx, input }) =>
      fileOf(await TABLE_WRITERS[input.format](exportedTable(ctx.store, input.id, input.options))),
    ),

  /** Metrics of training: means over the last steps of finished runs, over seeds, and differences paired by seed. */
  metrics: procedure
    .input(ofMetrics)
    .query(({ ctx, input: { id: studyId, metrics, ...options } }) => metricTable(ctx.store, studyId, metrics, options)),

  /** The same as a file. */
  metricFile: procedure
    .input(ofMetrics.extend({ format: z.enum(formatNames('metrics')) }))
    .query(({ ctx, input: { id: studyId, metrics, format, ...options } }) =>
      fileOf(METRIC_WRITERS[format](metricTable(ctx.store, studyId, metrics, options))),
    ),

  /** Which of a table's benchmarks the paper gives figures of. */
  publishedColumns: procedure
    .input(z.strictObject({ columns: z.array(text(200)).max(200) }))
    .query(({ ctx, input }) => publishedColumns(ctx.store.paths.home, input.columns)),

  /** The published figures as a file, by themselves. */
  published: procedure
    .input(z.strictObject({ format: z.enum(formatNames('published')) }))
    .query(async ({ input }) => fileOf(await PUBLISHED_WRITERS[input.format]())),
});

/** A file for the page, which gets bytes as base64. */
function fileOf(made: string | Uint8Array) {
  return typeof made === 'string'
    ? { text: made, base64: null }
    : { text: null, base64: Buffer.from(made).toString('base64') };
}
