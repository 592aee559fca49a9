/** Data sets: what is there, importing, what an import left out and why, and looking at questions one by one. */
import { z } from 'zod';
import { namesOf } from '../../../../shared/kinds/kind.ts';
import { CATEGORIES, SPLIT_NAME } from '../../../../shared/question.ts';
import { WORLDS } from '../../../../shared/worlds/worlds.ts';
import { askedPage, askedQuestion } from '../../../services/beside/asked.ts';
import { importDataset, removeUnneededDataset } from '../../../services/questions/imported-datasets.ts';
import { placeOf } from '../../context.ts';
import { text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

const MOST_QUESTIONS = 200;
const name = text(64);

/** Imported data sets and embedded questions. */
export const dataRouter = router({
  list: procedure.query(async ({ ctx }) => {
    const { listDatasets } = await import('../../../tasks/import/dataset-folder.ts');
    const { BENCHMARK_LENGTH, COMMITTED_HASHES } = await import('../../../tasks/benchmarks.ts');
    return {
      imported: listDatasets(ctx.store.paths.home),
      benchmarks: COMMITTED_HASHES,
      benchmarkLength: BENCHMARK_LENGTH,
    };
  }),

  /** Imports a file of this machine, or one uploaded before (then `file` is its path within the batch). */
  import: procedure
    .input(
      z.strictObject({
        file: text(4000),
        batch: text(40).optional(),
        name,
        images: text(4000).optional(),
        category: z.enum(CATEGORIES).optional(),
        split: z.string().regex(SPLIT_NAME).optional(),
      }),
    )
    .mutation(async ({ ctx, input: { file, batch, ...options }, signal }) => {
      await importDataset(ctx.store.paths.home, ctx.engine.program, { path: file, batch, name: file }, options, signal);
      return { name: options.name };
    }),

  problems: procedure.input(z.strictObject({ name })).query(async ({ ctx, input }) => {
    const { datasetProblems } = await import('../../../tasks/import/dataset-folder.ts');
    return datasetProblems(ctx.store.paths.home, input.name);
  }),

  questions: procedure
    .input(
      z.strictObject({
        source: name,
        world: z.enum(namesOf(WORLDS)).optional(),
        split: z.string().regex(SPLIT_NAME).optional(),
        category: z.enum(CATEGORIES).optional(),
        words: text(200).default(''),
        offset: z.int().min(0).max(100_000_000).default(0),
        limit: z.int().min(1).max(MOST_QUESTIONS).default(60),
      }),
    )
    .query(({ ctx, input, signal }) => askedPage(placeOf(ctx), input, signal)),

  question: procedure
    .input(z.strictObject({ id: text(300) }))
    .query(({ ctx, input, signal }) => askedQuestion(placeOf(ctx), ctx.store, input.id, signal)),

  remove: procedure
    .input(z.strictObject({ name }))
    .mutation(({ ctx, input }) => removeUnneededDataset(ctx, input.name)),
});
