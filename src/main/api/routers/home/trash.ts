/** The trash: what is in it, emptying it. Taking things back is where studies and runs are (studies.ts, runs.ts). */
import { emptyTrash, listTrash } from '../../../services/runs/trash.ts';
import { procedure, router } from '../../trpc.ts';

/** The trash as a whole. */
export const trashRouter = router({
  list: procedure.query(({ ctx }) => listTrash(ctx.store)),
  /** Deletes everything in it for good, files too; nothing while a run of it is still ending. */
  empty: procedure.mutation(({ ctx }) => emptyTrash(ctx)),
});
