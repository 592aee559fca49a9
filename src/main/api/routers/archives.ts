/** Archives of studies: a link to save one, importing one, verifying one by running one of its runs again in a process of its own. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { importArchive } from '../../store/archive/import-archive.ts';
import { CHECKPOINT_CHOICES } from '../../store/archive/manifest.ts';
import { commandLine } from '../command-line.ts';
import type { ApiContext } from '../context.ts';
import { archiveTicket } from '../http/archive-tickets.ts';
import { forgetUploads, underGivenNames, uploadedFile } from '../http/uploads.ts';
import { id, text } from '../inputs.ts';
import { procedure, router } from '../trpc.ts';

/** What `sophia study verify --json` prints. */
const verdict = z.object({
  run: z.string(),
  variant: z.string(),
  seed: z.number(),
  identical: z.boolean(),
  rows: z.number(),
  differences: z.array(z.string()),
  environment: z.array(z.string()),
});
/** A verification: going on, or how it ended. */
export interface VerificationState {
  readonly file: string;
  readonly startedAt: number;
  readonly verdict: z.infer<typeof verdict> | null;
  readonly problem: string | null;
}

/** A file of this machine by its path, or one uploaded before. */
const source = z.strictObject({ path: text(4000).optional(), batch: text(40).optional(), name: text(200).optional() });
const LONGEST_MS = 7 * 86_400_000;
const verifications = new Map<string, VerificationState & { readonly stop: AbortController }>();

/** Archives of studies. */
export const archivesRouter = router({
  /** The address at which a browser may save a study's archive, once and soon. */
  link: procedure.input(z.strictObject({ id, checkpoints: z.enum(CHECKPOINT_CHOICES) })).mutation(({ ctx, input }) => {
    ctx.store.study(input.id); // an unknown one is told now, not in the middle of a download
    return `/archive?ticket=${archiveTicket(`study=${input.id}&checkpoints=${input.checkpoints}`)}`;
  }),

  import: procedure.input(source).mutation(async ({ ctx, input }) => {
    try {
      const { studyId, name, runs } = await importArchive(ctx.store, fileOf(ctx, input));
      ctx.changes.notify();
      return { studyId, name, runs };
    } catch (error) {
      throw underGivenNames(error, ctx.store.paths.home, input.batch);
    } finally {
      if (input.batch !== undefined) forgetUploads(ctx.store.paths.home, input.batch);
    }
  }),

  /** Starts a verification; answers with its number for `verification`. */
  verify: procedure.input(source).mutation(({ ctx, input }) => {
    const key = randomUUID();
    const file = fileOf(ctx, input);
    const stop = new AbortController();
    const begun = { file: input.name ?? file, startedAt: Date.now(), verdict: null, problem: null, stop };
    verifications.set(key, begun);
    commandLine(ctx, ['study', 'verify', file], { timeoutMs: LONGEST_MS, signal: stop.signal, anyExit: true })
      .then(
        (said) => verifications.set(key, { ...begun, verdict: verdict.parse(said) }),
        (error: unknown) => {
          const { message } = underGivenNames(error, ctx.store.paths.home, input.batch) as Error;
          verifications.set(key, { ...begun, problem: stop.signal.aborted ? 'It was stopped.' : message });
        },
      )
      .finally(() => {
        if (input.batch !== undefined) forgetUploads(ctx.store.paths.home, input.batch);
      });
    return key;
  }),

  verification: procedure.input(z.strictObject({ key: text(40) })).query(({ input }): VerificationState => {
    const { stop: _stop, ...state } = known(input.key);
    return state;
  }),

  stopVerification: procedure.input(z.strictObject({ key: text(40) })).mutation(({ input }) => {
    known(input.key).stop.abort();
  }),
});

function known(key: string) {
  const found = verifications.get(key);
  if (found === undefined)
    throw new SophiaError(
      'usage',
      'This verification is not known any more.',
      'The engine was started anew: begin again.',
    );
  return found;
}

function fileOf({ store }: ApiContext, { path, batch, name }: z.infer<typeof source>): string {
  if (batch !== undefined) return uploadedFile(store.paths.home, batch, name ?? '');
  if (path === undefined || path.trim() === '') throw new SophiaError('usage', 'No file was named.', 'Choose one.');
  return path;
}
