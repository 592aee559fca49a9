/**
 * The trainer that is Hugging Face's TRL: each run a Python process of this machine, led by a Node process that ends with the engine, or a job of a
 * Ray cluster, which goes on without it.
 */
import { fileURLToPath } from 'node:url';
import { SophiaError } from '../../../shared/errors.ts';
import type { Trainer } from '../../jobs/trainer.ts';
import { nameProblems } from '../name-problems.ts';
import { processTrainer } from '../native/process-trainer.ts';
import { isReference } from '../ray/ray-job.ts';
import { RayTrainer, type RayTrainerOptions } from '../ray/ray-trainer.ts';
import { setupAhead, setupProblems } from './environment/setup-problems.ts';
import { extraPackages } from './extras.ts';
import { placeProblems } from './place-problems.ts';
import { clusterOnly, trlRefusals } from './settings-table.ts';

const RUN = fileURLToPath(new URL('./trl-run.ts', import.meta.url));

/** The trainer for runs of a home; `node` runs their processes and the rules beside TRL. */
export function trlTrainer({ node, ...ray }: RayTrainerOptions & { readonly node: string }): Trainer {
  const { home, clusters } = ray;
  const here = processTrainer({ run: RUN, node, check: () => [] });
  const there = new RayTrainer(ray);
  return {
    check: (settings, cluster = null) => [
      ...trlRefusals(settings),
      ...nameProblems(settings, home),
      ...placeProblems(settings, cluster === null ? null : clusters.named(cluster)),
      ...(cluster === null ? clusterOnly(settings) : []),
    ],
    lookHere(runs, asksIndex) {
      const extras = extraPackages(runs);
      return { problems: setupProblems(extras, { asksIndex }), ahead: setupAhead(extras) };
    },
    start(plan, sink) {
      if (plan.cluster === null) return here.start(plan, sink);
      const cluster = clusters.named(plan.cluster);
      if (cluster !== null) return there.start(plan, cluster, sink);
      throw new SophiaError(
        'usage',
        `This home has no cluster "${plan.cluster}" any more.`,
        'Add it again: `sophia cluster add`.',
      );
    },
    attach: (reference, after, sink) => (isReference(reference) ? there.attach(reference, after, sink) : null),
  };
}
