/** Models that have a name: their cards, importing and removing them. */
import { z } from 'zod';
import { modelFolder } from '../../../model/folder/find-model.ts';
import { listModels, modelCard, modelFilesHash } from '../../../model/folder/model-library.ts';
import { importModelFrom, removeUnneededModel } from '../../../services/models.ts';
import { text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

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
    .mutation(({ ctx, input }) => importModelFrom(ctx.store.paths.home, input)),

  remove: procedure.input(byName).mutation(({ ctx, input }) => removeUnneededModel(ctx, input.name)),
});
