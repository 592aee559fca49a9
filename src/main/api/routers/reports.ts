/** Reports of studies, as a file for the browser to save. */
import { z } from 'zod';
import { reportContent } from '../../services/report/report-content.ts';
import { reportHtml } from '../../services/report/report-html.ts';
import { id } from '../inputs.ts';
import { procedure, router } from '../trpc.ts';

/** Reports. */
export const reportsRouter = router({
  /** A study's report as one HTML file. @throws SophiaError 'usage' where no run has finished */
  file: procedure.input(z.strictObject({ id })).query(async ({ ctx, input }) => {
    const { version: program } = ctx.engine.status();
    const content = await reportContent(ctx.store, input.id, { program, now: Date.now() });
    return { text: reportHtml(content), base64: null };
  }),
});
