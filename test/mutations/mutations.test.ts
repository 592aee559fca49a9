/**
 * Any single change to a good archive, data set, log, study file or checkpoint folder gives the same content or a named refusal: never another
 * error, never a file outside. 500 changes with a new seed each time; `npm run mutations` makes as many as one likes.
 */
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mutated, mutation } from './mutation.ts';
import { verdict } from './subject.ts';
import { SUBJECTS, shares } from './subjects.ts';

const TOTAL = 500;
/** SOPHIA_SEED=n repeats what a failure printed. */
const seed = Number(process.env.SOPHIA_SEED ?? (Math.random() * 2 ** 31) | 0);

describe(`a single change (seed ${seed})`, () => {
  for (const subject of SUBJECTS)
    test(`to a good ${subject.name} gives the same content or a named refusal`, async () => {
      const prepared = await subject.prepare();
      try {
        const content = await prepared.take(prepared.good);
        const property = fc.asyncProperty(mutation, async (change) => {
          await verdict(prepared, mutated(prepared.good, change), content);
        });
        await fc.assert(property, { seed, numRuns: shares(TOTAL).get(subject)!, includeErrorInReport: true });
      } finally {
        prepared.end?.();
      }
    });
});
