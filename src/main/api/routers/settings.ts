/** Settings of the home: reading, changing, trying an endpoint; what the home takes on disk and freeing it. Keys never leave by here. */
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { endpointSchema, homeSettingsPatch } from '../../../shared/settings/home-settings.ts';
import { type RequestFailure, requestChat } from '../../rewards/thinking/chat-request.ts';
import { chatUrl } from '../../rewards/thinking/endpoint.ts';
import { freeOlderCheckpoints } from '../../store/open/disk-usage.ts';
import { id } from '../inputs.ts';
import { procedure, router } from '../trpc.ts';

const TRY_SECONDS = 20;
/** What a failed try means, in words. */
const FAILURES: Readonly<Record<RequestFailure, string>> = {
  refused: 'nothing listens at this address',
  unreachable: 'the host cannot be reached',
  timeout: `no answer within ${TRY_SECONDS} s`,
  rate_limited: 'it answers, and says that too much was asked (429)',
  server_error: 'it answers with a fault of its own (5xx)',
  rejected: 'it refuses the request: wrong key, model or path (4xx)',
  redirected: 'it leads to another host, where the key is not sent',
  tls: 'its certificate does not hold',
  truncated_body: 'the connection ended inside the answer',
  too_large: 'its answer is larger than 4 MiB',
  malformed: 'its answer is no chat completion: is this the right path?',
};
/** Settings of the home. */
export const settingsRouter = router({
  /** All settings, and for each endpoint where its key comes from. */
  get: procedure.query(({ ctx }) => {
    const settings = ctx.engine.settings();
    const endpoints = settings.endpoints.map((one) => ({ ...one, key: ctx.engine.keySource(one.keyVariable) }));
    return { ...settings, endpoints };
  }),

  /** Changes what is given and leaves the rest. */
  change: procedure.input(homeSettingsPatch).mutation(({ ctx, input }) => {
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    ctx.engine.changeSettings(given);
    ctx.changes.notify();
  }),

  /** Asks an endpoint for one short answer, with its key. Says in words how that went. */
  tryEndpoint: procedure.input(endpointSchema).mutation(async ({ ctx, input, signal }) => {
    if (input.model === '') throw new SophiaError('usage', 'The endpoint has no model.', 'Name the model to ask.');
    const result = await requestChat({
      url: chatUrl(input.baseUrl),
      model: input.model,
      messages: [{ role: 'user', content: 'Answer with the word yes.' }],
      apiKey: ctx.engine.endpointKey(input),
      maxTokens: 8,
      timeoutSeconds: TRY_SECONDS,
      ...(signal !== undefined && { signal }),
    });
    return result.ok
      ? { works: true, says: `It answers: ${result.reply.trim().slice(0, 80) || '(an empty text)'}` }
      : { works: false, says: `It does not work: ${FAILURES[result.failure]}.` };
  }),

  /** What the home takes, part by part. */
  disk: procedure.query(({ ctx }) => ctx.engine.diskUsage()),

  /** Removes checkpoints of finished runs that are older than their last: of one run, or of all. */
  freeCheckpoints: procedure.input(z.strictObject({ run: id.optional() })).mutation(async ({ ctx, input }) => {
    const freed = await freeOlderCheckpoints(ctx.store, input.run);
    ctx.engine.spaceFreed();
    ctx.changes.notify();
    return freed;
  }),
});
