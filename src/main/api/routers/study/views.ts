/** Saved views of a study's runs. */
import { z } from 'zod';
import { VIEW_LIMITS, viewShape } from '../../../../shared/run-table/view.ts';
import { byId, id, text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

const name = text(VIEW_LIMITS.name);

/** Views: list, save, change, rename, delete. */
export const viewsRouter = router({
  ofStudy: procedure
    .input(z.strictObject({ studyId: id }))
    .query(({ ctx, input }) => ctx.store.studyViews(input.studyId)),
  add: procedure
    .input(z.strictObject({ studyId: id, name, view: viewShape }))
    .mutation(({ ctx, input }) => ({ id: ctx.store.addView(input.studyId, input.name, input.view) })),
  change: procedure
    .input(byId.extend({ view: viewShape }))
    .mutation(({ ctx, input }) => ctx.store.changeView(input.id, input.view)),
  rename: procedure
    .input(byId.extend({ name }))
    .mutation(({ ctx, input }) => ctx.store.renameView(input.id, input.name)),
  delete: procedure.input(byId).mutation(({ ctx, input }) => ctx.store.deleteView(input.id)),
});
