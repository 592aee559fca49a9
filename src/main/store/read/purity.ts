/**
 * Whether the arms of a study differ in the named settings alone: settings, code, data, models, backend and seeds, from what the runs
 * recorded when they started. Before any run has started only settings and seeds can be compared. Finds, does not judge: what differs
 * is listed by name with its values.
 */

import { valueAt } from '../../../shared/settings/setting-paths.ts';
import { differingPaths, pathsBeyond } from '../../../shared/study/arm-differences.ts';
import { recordedFacts } from '../../../shared/study/run-facts.ts';
import { isInEffect } from '../../../shared/study/same-arms.ts';
import type { ReadStore } from '../store.ts';

/** Something that is the same in all runs that should share it, and its value (a TRM's hash may come once per source). */
export interface PurityFact {
  readonly what: string;
  readonly values: readonly string[];
}

/** The verdict. `problems` are full sentences, empty where the comparison is pure. */
export interface Purity {
  /** Settings in which arms differ, with each variant's value; null where it has no effect, as trust has none without a thinking reward. */
  readonly settings: readonly { readonly path: string; readonly named: boolean; readonly values: readonly unknown[] }[];
  readonly variants: readonly string[];
  /** What is the same in every run that has started. */
  readonly same: readonly PurityFact[];
  readonly problems: readonly string[];
  /** Runs that have started, of all that are planned. */
  readonly started: number;
  readonly planned: number;
}

/** Compares the runs of a study; a run started more than once counts with every start. */
export function studyPurity(store: ReadStore, studyId: number): Purity {
  const { plan } = store.study(studyId);
  const variants = plan.variants.map((variant) => variant.name);
  const runs = store
    .listRuns({ studyId })
    .filter((run) => variants.includes(run.variant) && plan.seeds.includes(run.seed));
  const details = runs.map((run) => store.run(run.id));
  const arms = variants.flatMap((variant) => details.find((run) => run.variant === variant) ?? []);
  const paths = differingPaths(arms.map((run) => run.settings));
  const beyond = plan.factors === undefined ? [] : pathsBeyond(paths, plan.factors);
  const within = variants.flatMap((variant) => {
    const own = differingPaths(details.filter((run) => run.variant === variant).map((run) => run.settings));
    return own.length === 0 ? [] : [`Runs of ${variant} differ in ${own.join(', ')}.`];
  });
  const facts = recordedFacts(
    details.flatMap(({ settings, attempts }) =>
      attempts.flatMap(({ environment }) => (environment === null ? [] : [{ settings, environment }])),
    ),
  );
  const mixed = facts.filter((fact) => fact.isMixed);
  const seeds = variants.map((variant) =>
    [...new Set(runs.filter((run) => run.variant === variant).map((run) => run.seed))].sort().join(', '),
  );
  return {
    variants,
    settings: paths.map((path) => ({
      path,
      named: !beyond.includes(path),
      values: arms.map(({ settings }) => (isInEffect(settings, path) ? valueAt(settings, path) : null)),
    })),
    same: facts.filter((fact) => fact.values.length > 0 && !fact.isMixed).map(({ what, values }) => ({ what, values })),
    problems: [
      ...(beyond.length > 0 ? [`The variants also differ in ${beyond.join(', ')}, not declared as a factor.`] : []),
      ...within,
      ...(mixed.length > 0
        ? [`The runs differ in more than their settings: ${mixed.map((fact) => fact.what).join(', ')}.`]
        : []),
      ...(new Set(seeds).size > 1
        ? ['The variants do not all have the same seeds; only shared seeds are paired.']
        : []),
    ],
    started: details.filter((run) => run.attempts.some((attempt) => attempt.environment !== null)).length,
    planned: plan.variants.length * plan.seeds.length,
  };
}
