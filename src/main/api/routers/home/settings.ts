/** Settings of the home: reading, changing, trying an endpoint; what the home takes on disk and freeing it. Keys never leave by here. */
import { z } from 'zod';
import { endpointSchema, homeSettingsPatch } from '../../../../shared/settings/home-settings.ts';
import { keyHostSchema } from '../../../../shared/settings/key-hosts.ts';
import { given } from '../../../../shared/values/given.ts';
import { tryEndpoint } from '../../../services/try-endpoint.ts';
import { freeOlderCheckpoints } from '../../../store/open/disk-usage.ts';
import { confirmedKeys, confirmKey, forgetKey } from '../../../store/settings/confirmed-keys.ts';
import { id, text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

/** Settings of the home. */
export const settingsRouter = router({
  /** All settings, and for each endpoint where its key comes from. */
  get: procedure.query(({ ctx }) => {
    const settings = ctx.engine.settings();
    const endpoints = settings.endpoints.map((endpoint) => ({
      ...endpoint,
      key: ctx.engine.keySource(endpoint.keyVariable),
    }));
    const clusters = settings.clusters.map((cluster) => ({
      ...cluster,
      token: ctx.engine.keySource(cluster.tokenVariable),
    }));
    const hooks = settings.hooks.map((hook) => ({ ...hook, secret: ctx.engine.keySource(hook.secretVariable) }));
    return { ...settings, endpoints, clusters, hooks };
  }),

  /** Asks a cluster what it is and whether runs could be trained there. */
  checkCluster: procedure.input(z.strictObject({ name: text(64) })).mutation(async ({ ctx, input }) => {
    const { problems, ...report } = await ctx.engine.checkCluster(input.name);
    return { ...report, problems: problems.map(({ message }) => message) };
  }),

  /** Changes what is given and leaves the rest. */
  change: procedure.input(homeSettingsPatch).mutation(({ ctx, input }) => {
    ctx.engine.changeSettings(given(input));
    ctx.changes.notify();
  }),

  /** Asks an endpoint for one short answer, with its key. Says in words how that went. */
  tryEndpoint: procedure
    .input(endpointSchema)
    .mutation(({ ctx, input, signal }) => tryEndpoint(input, ctx.engine.endpointKey(input), signal)),

  /** Which host may have which key, as the user has confirmed. */
  confirmedKeys: procedure.query(({ ctx }) => confirmedKeys(ctx.store.paths.home)),
  /** Lets a key go to a host from now on. */
  confirmKey: procedure.input(keyHostSchema).mutation(({ ctx, input }) => {
    confirmKey(ctx.store.paths.home, input);
    ctx.changes.notify();
  }),
  /** Takes that back. */
  forgetKey: procedure.input(keyHostSchema).mutation(({ ctx, input }) => {
    forgetKey(ctx.store.paths.home, input);
    ctx.changes.notify();
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
