/** Reports of studies, as a file for the browser to save. */
import { z } from 'zod';
import { beside } from '../../../services/beside/beside.ts';
import { placeOf } from '../../context.ts';
import { id } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

/** Reports. */
export const reportsRouter = router({
  /** A study's report as one HTML file. @throws SophiaError 'usage' where no run has finished */
  file: procedure.input(z.strictObject({ id })).query(async ({ ctx, input, signal }) => {
    const { version: program } = ctx.engine.status();
    return { text: await beside(placeOf(ctx), 'report', { studyId: input.id, program }, signal), base64: null };
  }),
});
