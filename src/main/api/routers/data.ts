/** Data sets: what is there, importing, what an import left out and why, and looking at questions one by one. */
import { z } from 'zod';
import { CATEGORIES, type Question, SPLITS } from '../../../shared/question.ts';
import { commandLine } from '../command-line.ts';
import type { ApiContext } from '../context.ts';
import { datasetOf, importedQuestion } from '../datasets.ts';
import { embeddedQuestion } from '../http/question-image.ts';
import { forgetUploads, underGivenNames, uploadedFile } from '../http/uploads.ts';
import { text } from '../inputs.ts';
import { refuseNeeded } from '../refuse-busy.ts';
import { procedure, router } from '../trpc.ts';

const MOST_QUESTIONS = 200;
const IMPORT_MS = 60 * 60_000;
const name = text(64);
const page = {
  offset: z.int().min(0).max(100_000_000).default(0),
  limit: z.int().min(1).max(MOST_QUESTIONS).default(60),
};

/** A page of questions; `total` is null where there is no end (embedded questions are made as they are asked for). */
interface QuestionPage {
  readonly total: number | null;
  readonly questions: readonly Question[];
}

/** Imported data sets and embedded questions. */
export const dataRouter = router({
  list: procedure.query(async ({ ctx }) => {
    const { listDatasets } = await import('../../tasks/import/dataset-folder.ts');
    const { BENCHMARK_LENGTH, COMMITTED_HASHES } = await import('../../tasks/benchmarks.ts');
    return {
      imported: listDatasets(ctx.store.paths.home),
      benchmarks: COMMITTED_HASHES,
      benchmarkLength: BENCHMARK_LENGTH,
    };
  }),

  /** Imports a file of this machine, or one uploaded before, in a process of its own. Gives the manifest with all problems. */
  import: procedure
    .input(
      z.strictObject({
        file: text(4000),
        batch: text(40).optional(), // then `file` is its path within the batch
        name,
        images: text(4000).optional(),
        category: z.enum(CATEGORIES).optional(),
        split: z.enum(SPLITS).optional(),
      }),
    )
    .mutation(async ({ ctx, input, signal }) => {
      const { home } = ctx.store.paths;
      const file = input.batch === undefined ? input.file : uploadedFile(home, input.batch, input.file);
      const flags = {
        '--name': input.name,
        '--images': input.images,
        '--category': input.category,
        '--split': input.split,
      };
      const given = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [`${flag}=${value}`]));
      const keep = input.batch === undefined ? [] : ['--keep-images'];
      try {
        const args = ['data', 'import', '--home', home, ...given, ...keep, '--', file];
        await commandLine(ctx, args, { timeoutMs: IMPORT_MS, signal });
      } catch (error) {
        throw underGivenNames(error, home, input.batch);
      } finally {
        if (input.batch !== undefined) forgetUploads(home, input.batch);
      }
      return { name: input.name };
    }),

  problems: procedure.input(z.strictObject({ name })).query(async ({ ctx, input }) => {
    const { datasetProblems } = await import('../../tasks/import/dataset-folder.ts');
    return datasetProblems(ctx.store.paths.home, input.name);
  }),

  /** Questions of `embedded` or an imported set. Words are looked for in imported questions only. */
  questions: procedure
    .input(
      z.strictObject({
        source: name,
        split: z.enum(SPLITS).optional(),
        category: z.enum(CATEGORIES).optional(),
        words: text(200).default(''),
        ...page,
      }),
    )
    .query(async ({ ctx, input }): Promise<QuestionPage> => {
      if (input.source !== 'embedded') return importedPage(ctx, input);
      const { generateQuestion } = await import('../../tasks/worlds/everyday/generate.ts');
      const at = Array.from({ length: input.limit }, (_, i) => input.offset + i);
      return {
        total: null,
        questions: at.map((index) => generateQuestion(input.split ?? 'train', index, 0, input.category)),
      };
    }),

  question: procedure
    .input(z.strictObject({ id: text(300) }))
    .query(
      async ({ ctx, input }) =>
        (await embeddedQuestion(ctx.store, input.id)) ?? (await importedQuestion(ctx, input.id))?.question ?? null,
    ),

  remove: procedure.input(z.strictObject({ name })).mutation(async ({ ctx, input }) => {
    const { removeDataset } = await import('../../tasks/import/dataset-folder.ts');
    refuseNeeded(ctx, `Data set "${input.name}"`, ({ data }) => data.source === input.name);
    await removeDataset(ctx.store.paths.home, input.name);
  }),
});

async function importedPage(
  context: ApiContext,
  {
    source,
    split,
    category,
    words,
    offset,
    limit,
  }: {
    source: string;
    split?: string | undefined;
    category?: string | undefined;
    words: string;
    offset: number;
    limit: number;
  },
): Promise<QuestionPage> {
  const { questions } = await datasetOf(context, source);
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = questions.filter((question) => {
    if ((split !== undefined && question.split !== split) || (category !== undefined && question.category !== category))
      return false;
    const text = `${question.id} ${question.text} ${question.answer}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  return { total: found.length, questions: found.slice(offset, offset + limit) };
}
