/** Models that have a name: their cards, importing and removing them. */
import { z } from 'zod';
import { modelFolder } from '../../model/folder/find-model.ts';
import { importModel, listModels, modelCard, modelFilesHash, removeModel } from '../../model/folder/model-library.ts';
import { forgetUploads, uploadedBatch } from '../http/uploads.ts';
import { text } from '../inputs.ts';
import { refuseNeeded } from '../refuse-busy.ts';
import { procedure, router } from '../trpc.ts';

const name = text(64);
const byName = z.strictObject({ name });

/** Embedded and imported models. */
export const modelsRouter = router({
  list: procedure.query(({ ctx }) => listModels(ctx.store.paths.home)),

  /** The card as it was written: text, to be shown as text. */
  card: procedure.input(byName).query(({ ctx, input }) => modelCard(modelFolder(input.name, ctx.store.paths.home))),

  /** sha256 over all its files; reads them, so large ones take a while. */
  hash: procedure
    .input(byName)
    .query(({ ctx, input }) => modelFilesHash(modelFolder(input.name, ctx.store.paths.home))),

  /** From a folder of this machine, or from files uploaded before. */
  import: procedure
    .input(
      z.strictObject({
        folder: text(4000).optional(),
        batch: text(40).optional(),
        name,
        link: z.boolean().default(false),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { home } = ctx.store.paths;
      if (input.batch === undefined) return importModel(home, input.folder ?? '', input);
      try {
        return await importModel(home, uploadedBatch(home, input.batch), { name: input.name });
      } finally {
        forgetUploads(home, input.batch);
      }
    }),

  remove: procedure.input(byName).mutation(({ ctx, input }) => {
    refuseNeeded(ctx, `Model "${input.name}"`, ({ model }) =>
      [model.policy, model.trm, model.stepTrm].includes(input.name),
    );
    return removeModel(ctx.store.paths.home, input.name);
  }),
});
