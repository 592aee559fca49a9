/** `sophia trm export BUILD FILE` and `sophia trm import FILE NAME`: training sets as JSON lines or Parquet with their card. */

import { resolve } from 'node:path';
import { zip } from '../../../shared/values/list.ts';
import { contentHash } from '../../model/io/content-hash.ts';
import type { Store } from '../../store/store.ts';
import type { TrmBuildRow } from '../../store/trm/rows.ts';
import { type PairFileRow, questionJson, readCard, readPairs, writePairs } from '../../trm/data/pair-files.ts';
import { flowText } from '../../trm/rating/trained-card.ts';
import type { GlobalOptions } from '../common/verb.ts';
import { print, withStore } from '../common/with-store.ts';
import { questionFinder } from './questions.ts';

/** Writes the sampled pairs of a build in their order, with a card beside. */
export function exportSet(name: string, file: string, flags: GlobalOptions): Promise<void> {
  return withStore(flags, async (store) => {
    const build = store.trmBuild(name);
    const questions = questionFinder(store);
    const rows = store.builtPairs(build.id).map((pair): PairFileRow => {
      const question = questions.find(pair.questionId);
      return {
        question: pair.questionId,
        question_json: question === null ? null : questionJson(question),
        run: pair.run,
        step: pair.step,
        response: pair.text,
        thinking: pair.thinking,
        truncated: pair.truncated,
        outcome_reward: pair.outcomeReward,
        score: pair.score,
        dimensions: pair.dimensions,
        step_labels: pair.stepLabels === null ? null : [...pair.stepLabels],
      };
    });
    await writePairs(file, rows, cardOf(store, build, rows.length));
    print(flags, { file: resolve(file), pairs: rows.length }, [`${rows.length} pairs: ${file}, card: ${file}.md`]);
  });
}

/** Brings a file in as a data set with an annotation "imported", ready for trm build. */
export function importSet(file: string, name: string, flags: GlobalOptions): Promise<void> {
  return withStore(flags, async (store) => {
    const rows = await readPairs(file);
    const { hash } = contentHash(file);
    const pairs = rows.map((row) => ({
      question: row.question_json ?? row.question,
      run: row.run ?? null,
      step: row.step,
      text: row.response,
      thinking: row.thinking,
      truncated: row.truncated,
      outcomeReward: row.outcome_reward ?? null,
    }));
    const source = { file: resolve(file), hash, card: readCard(file) };
    const { datasetId, pairIds } = store.addTrmDataset(name, source, pairs);
    const annotation = store.addTrmAnnotation(datasetId, 'imported', 'imported', { hash }, 1);
    const free = { asking: 0, attempts: 0, seconds: 0, promptTokens: 0, completionTokens: 0, cost: null, reply: null };
    const scores = zip(rows, pairIds).map(([row, pairId]) => ({
      ...free,
      pairId,
      score: row.score ?? null,
      failure: row.score == null ? 'not_in_file' : null,
      dimensions: row.dimensions ?? null,
      stepLabels: row.step_labels ?? null,
    }));
    store.putTrmScores(annotation, scores);
    store.setTrmAnnotationState(annotation, 'finished');
    const scored = rows.filter((row) => row.score != null).length;
    print(flags, { datasetId, name, pairs: rows.length, scored }, [
      `Data set "${name}": ${rows.length} pairs, ${scored} with a score.`,
      `Next: bin/sophia trm build ${name}`,
    ]);
  });
}

function cardOf(store: Store, build: TrmBuildRow, pairs: number): string {
  const { before, filtered, sampled } = store.trmHistogram(build.id);
  const { annotator, settings } = store.trmAnnotation(build.annotationId);
  return `# ${build.name}

Training set of a Thinking Reward Model (${build.kind}): ${pairs} pairs of question and response with the annotator's score, made by Sophia Lab from data set
"${build.dataset}", annotated by "${build.annotation}" (${annotator}, \`${JSON.stringify(settings)}\`).

## Flow
${flowText(build, store.trmFlow(build.id))}

| score interval | ${before.map((_, i) => (i / 10).toFixed(1)).join(' | ')} |
| --- | ${before.map(() => '---').join(' | ')} |
| annotated | ${before.join(' | ')} |
| kept | ${filtered.join(' | ')} |
| sampled | ${sampled.join(' | ')} |

## Columns
question (the name of an embedded question; others whole in question_json), run, step, response, thinking, truncated, outcome_reward, score (0, 0.1, ..., 1),
dimensions (JSON, each 0..1), step_labels (JSON: text and label of each step).
`;
}
