/** What a study that is not whole says of its runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typographic } from '../../../src/main/services/report/number-words.ts';
import { progressText, studyProgress } from '../../../src/renderer/pages/study/study-progress.ts';
import type { Cell } from '../../../src/renderer/state/study.svelte.ts';

const cells = (...states: string[]) => states.map((state) => ({ state, secondsLeft: null })) as unknown as Cell[];

test('runs that failed are told as failed, the others that come only when asked for as unfinished', () => {
  const text = (planned: number, ...states: string[]) => progressText(studyProgress(cells(...states), planned));
  assert.equal(text(2, 'failed', 'failed'), '0 of 2 runs finished, 2 failed');
  assert.equal(text(5, 'finished', 'failed', 'stopped', 'interrupted'), '1 of 5 runs finished, 1 failed, 3 unfinished');
  assert.equal(text(3, 'finished', 'running', 'queued'), '1 of 3 runs finished, 1 running, 1 queued');
});

test('in reports a number keeps its percent sign and its seeds on its line', () => {
  assert.equal(typographic('95 % interval -0.2 to +0.4 (5 seeds)'), '95\u00a0% interval −0.2 to +0.4 (5\u00a0seeds)');
});
