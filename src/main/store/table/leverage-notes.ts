/**
 * What a table says of leverage: how much of each variant's training signal the thinking reward, trust and annealing were responsible for, from
 * the runs' own metrics (loss/leverage.ts). Below a tenth no number of seeds shows a part in answers. Studies of before it was logged say nothing.
 */
import { LEAST_LEVERAGE } from '../../../shared/run/metrics.ts';
import { contrastWords, studyContrasts } from '../../../shared/study/contrasts.ts';
import type { Study } from '../../../shared/study/study.ts';
import { meanOf } from '../../../shared/values/means.ts';
import type { RunRow } from '../rows.ts';
import type { ReadStore } from '../store.ts';
import { contrastLeverage, settingsByVariant } from '../verdict/contrast-leverage.ts';
import { invisibleSentence, leverageText } from '../verdict/leverage-words.ts';

const PARTS = {
  'leverage/thinking': 'thinking reward',
  'leverage/trust': 'trust',
  'leverage/annealing': 'annealing',
} as const;
type Part = keyof typeof PARTS;

/** Sentences for the notes of a table; none where no run logged any leverage. With declared contrasts that it makes too small to be seen. */
export function leverageNotes(store: ReadStore, plan: Study, runs: readonly RunRow[]): string[] {
  const byVariant = [...Map.groupBy(runs, (run) => run.variant)].flatMap(([variant, own]) => {
    const means = (Object.keys(PARTS) as Part[]).flatMap((part): [Part, number][] => {
      const mean = meanOf(own.map((run) => store.metricMean(run.id, part)));
      return mean === null ? [] : [[part, mean]];
    });
    return means.length === 0 ? [] : [{ variant, means }];
  });
  if (byVariant.length === 0) return [];
  const told = byVariant.map(
    ({ variant, means }) =>
      `${variant}: ${means.map(([part, share]) => `${PARTS[part]} ${leverageText(share)}`).join(', ')}`,
  );
  const small = byVariant.flatMap(({ variant, means }) =>
    means.flatMap(([part, share]) => (share < LEAST_LEVERAGE ? [`${PARTS[part]} in ${variant}`] : [])),
  );
  const limit = `${100 * LEAST_LEVERAGE} %`;
  return [
    `Leverage (share of the training signal that changes when a part is removed, mean over steps): ${told.join('; ')}.`,
    ...(small.length === 0
      ? []
      : [`Below ${limit}, too little to show in answers whatever the seeds: ${small.join(', ')}.`]),
    ...invisibleContrasts(store, plan, runs),
  ];
}

/** One sentence for each contrast that the study is made to tell and cannot show. */
function invisibleContrasts(store: ReadStore, plan: Study, runs: readonly RunRow[]): string[] {
  const settings = settingsByVariant(plan);
  return studyContrasts(plan).flatMap((pair) => {
    const why = invisibleSentence(contrastLeverage(store, pair, settings, runs));
    return why === null ? [] : [`${contrastWords(pair)} ${why}.`];
  });
}
