/** Notices: what was told and how that went, and a test of a hook. Hooks themselves are settings of the home. */
import { z } from 'zod';
import { noticeHookSchema } from '../../../../shared/app/notices.ts';
import { procedure, router } from '../../trpc.ts';

/** What users are told of. */
export const noticesRouter = router({
  /** The last notices, newest first. */
  list: procedure
    .input(z.strictObject({ limit: z.int().min(1).max(200) }))
    .query(({ ctx, input }) => ctx.engine.notices.list(input.limit)),

  /** Sends a test by a hook, saved or not, and says in words how that went. */
  test: procedure.input(noticeHookSchema).mutation(async ({ ctx, input }) => {
    const { works, says } = await ctx.engine.notices.test(input);
    return { works, says };
  }),
});
