/** Saved views of a study's runs, and of all runs: wherever a study is named, null stands for all. */
import { z } from 'zod';
import { VIEW_LIMITS, viewShape } from '../../../../shared/run-table/view.ts';
import type { ViewTable } from '../../../store/views/write-views.ts';
import { id, text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

const name = text(VIEW_LIMITS.name);
const studyId = id.nullable();
const one = z.strictObject({ studyId, id });
const tableOf = (input: { readonly studyId: number | null }): ViewTable =>
  input.studyId === null ? 'home_views' : 'study_views';

/** Views: list, save, change, rename, delete. */
export const viewsRouter = router({
  list: procedure.input(z.strictObject({ studyId })).query(({ ctx, input }) => ctx.store.views(input.studyId)),
  add: procedure
    .input(z.strictObject({ studyId, name, view: viewShape }))
    .mutation(({ ctx, input }) => ({ id: ctx.store.addView(input.studyId, input.name, input.view) })),
  change: procedure
    .input(one.extend({ view: viewShape }))
    .mutation(({ ctx, input }) => ctx.store.changeView(input.id, input.view, tableOf(input))),
  rename: procedure
    .input(one.extend({ name }))
    .mutation(({ ctx, input }) => ctx.store.renameView(input.id, input.name, tableOf(input))),
  delete: procedure.input(one).mutation(({ ctx, input }) => ctx.store.deleteView(input.id, tableOf(input))),
});
