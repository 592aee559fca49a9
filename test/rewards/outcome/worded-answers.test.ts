/** Answers in the words, signs and languages that models use, each with what a person would say of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { choicePaper } from '../../../src/main/rewards/outcome/choice.ts';
import { equalAnswers } from '../../../src/main/rewards/outcome/math/equal-answers.ts';

type Judged = readonly (readonly [answer: string, truth: string, right: 0 | 1])[];
const cases = JSON.parse(readFileSync(join(import.meta.dirname, '../../agreement/worded.json'), 'utf8')) as {
  readonly numeric: Judged;
  readonly choice: Judged;
};

function judged(title: string, equal: (answer: string, truth: string) => boolean, rows: Judged): void {
  describe(title, () => {
    for (const [answer, truth, right] of rows)
      it(`${right ? 'takes' : 'refuses'} ${JSON.stringify(answer)} for ${JSON.stringify(truth)}`, () =>
        assert.equal(Number(equal(answer, truth)), right));
  });
}

judged('values as models word them', equalAnswers, cases.numeric);
judged('choices as models word them', choicePaper, cases.choice);
