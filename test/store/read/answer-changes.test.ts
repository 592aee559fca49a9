/** The same questions at two evaluations, held against counts made of the rows directly. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sampleEvaluation, startedRun } from '../helpers.ts';

/** Ten questions, right where `right` has their number; texts are another where `other` has it. */
function evaluation(step: number, right: readonly number[], other: readonly number[] = [], benchmark = 'chart-test') {
  const event = sampleEvaluation(step, benchmark, 0);
  const results = event.results.map((result, i) => ({
    ...{ ...result, text: other.includes(i) ? `other ${i}` : `answer ${i}` },
    ...{
      outcomeReward: right.includes(i) ? 1 : 0,
      correct: right.includes(i),
      exact: i === 9 ? null : right.includes(i),
    },
  }));
  return { ...event, results };
}

it('counts what was gained, lost, kept and reworded, and gives those that are asked for, in order, page by page', () => {
  const { store, runId, attempt } = startedRun();
  store.recordEvent(runId, attempt, evaluation(0, [0, 1, 2, 3]));
  store.recordEvent(runId, attempt, evaluation(5, [2, 3, 4, 5, 6, 9], [2, 4, 8]));
  store.recordEvent(runId, attempt, evaluation(5, [], [], 'math-test'));
  const [first, second, other] = store.evaluations([runId]).map((row) => row.id);
  const all = store.answerChanges(first!, second!, 'all', { limit: 100, offset: 0 });
  assert.deepEqual(all.counts, { both: 10, kept: 2, gained: 4, lost: 2, wrong: 2, reworded: 3 });
  const numbers = (show: 'gained' | 'lost' | 'reworded', limit = 100, offset = 0) =>
    store
      .answerChanges(first!, second!, show, { limit, offset })
      .rows.map((row) => Number(row.questionId.split('/')[1]));
  assert.deepEqual(numbers('gained'), [4, 5, 6, 9]); // 9 was not judged by its type's rule: by its outcome reward
  assert.deepEqual(numbers('lost'), [0, 1]);
  assert.deepEqual(numbers('reworded'), [2, 4, 8]);
  assert.deepEqual(numbers('gained', 2, 1), [5, 6]);
  const [row] = store.answerChanges(second!, first!, 'lost', { limit: 1, offset: 0 }).rows;
  assert.deepEqual([row!.before, row!.after, row!.wasRight, row!.isRight], ['other 4', 'answer 4', true, false]);
  assert.throws(() => store.answerChanges(first!, other!, 'all', { limit: 1, offset: 0 }), /different benchmarks/);
  assert.throws(() => store.answerChanges(first!, 999, 'all', { limit: 1, offset: 0 }), /no evaluation 999/);
});
