/** Archives of studies: a link to save one, importing one, verifying one by running one of its runs again in a process of its own. */

import { z } from 'zod';
import { CHECKPOINT_CHOICES } from '../../../../shared/kinds/checkpoint-choice.ts';
import { namesOf } from '../../../../shared/kinds/kind.ts';
import { takeArchive } from '../../../services/studies/take-archive.ts';
import { withSource } from '../../../services/uploads.ts';
import { startVerification, stopVerification, verificationOf } from '../../../services/verifications.ts';
import { placeOf } from '../../context.ts';
import { archiveTicket } from '../../http/archive-tickets.ts';
import { fileSource, id, text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

const byKey = z.strictObject({ key: text(40) });

/** Archives of studies. */
export const archivesRouter = router({
  /** The address at which a browser may save a study's archive, once and soon. */
  link: procedure
    .input(z.strictObject({ id, checkpoints: z.enum(namesOf(CHECKPOINT_CHOICES)) }))
    .mutation(({ ctx, input }) => {
      ctx.store.study(input.id); // an unknown one is told now, not in the middle of a download
      return `/archive?ticket=${archiveTicket(`study=${input.id}&checkpoints=${input.checkpoints}`)}`;
    }),

  import: procedure.input(z.strictObject(fileSource)).mutation(async ({ ctx, input }) => {
    const { studyId, name, runs } = await withSource(ctx.store.paths.home, input, (file) =>
      takeArchive({ ...ctx, place: placeOf(ctx) }, file),
    );
    return { studyId, name, runs };
  }),

  /** Starts a verification; answers with its key for `verification`. */
  verify: procedure
    .input(z.strictObject(fileSource))
    .mutation(({ ctx, input }) => startVerification(ctx.store.paths.home, ctx.engine.program, input)),
  verification: procedure.input(byKey).query(({ input }) => verificationOf(input.key)),
  stopVerification: procedure.input(byKey).mutation(({ input }) => stopVerification(input.key)),
});
