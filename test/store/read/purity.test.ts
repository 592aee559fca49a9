import assert from 'node:assert/strict';
import { test } from 'node:test';
import { studyPurity } from '../../../src/main/store/read/purity.ts';
import type { RunEnvironment } from '../../../src/shared/run/run-events.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { environment, temporaryStore } from '../helpers.ts';

/** A study whose runs have started in the given environments. */
function started(
  environmentOf: (variant: string, seed: number) => Partial<RunEnvironment> | null,
  variants = '[grpo, wo-trust, full]',
  younger: readonly string[] = [],
) {
  const store = temporaryStore();
  const text = `name: a\nvariants: ${variants}\nseeds: [0, 1]\nsettings: {training: {totalSteps: 2}}\n`;
  const { studyId } = store.addStudy(parseStudy(text, 'a.yaml'));
  for (const run of store.listRuns({ studyId })) {
    const own = environmentOf(run.variant, run.seed);
    if (own === null) continue;
    const { attempt } = store.startRun(run.id);
    store.recordEvent(run.id, attempt, { kind: 'started', step: 0, environment: { ...environment, ...own } });
  }
  // Runs of seed 0 are from before these settings, those of seed 1 were added later.
  for (const path of younger)
    store.database.prepare('UPDATE runs SET settings = json_remove(settings, ?) WHERE seed = 0').run(`$.${path}`);
  return studyPurity(store, studyId);
}
const trm = (variant: string) => (variant === 'grpo' ? {} : { trmHash: 't' });

test('arms of one code, data and model are pure: the TRM that one arm lacks is no difference', () => {
  const found = started(trm);
  assert.deepEqual(found.problems, []);
  assert.deepEqual([found.started, found.planned], [6, 6]);
  assert.deepEqual(
    found.settings.map((setting) => setting.path),
    ['reward.thinking', 'reward.trust'],
  );
  assert.deepEqual(found.same.find((one) => one.what === 'code version')!.values, ['0.1.0']);
  assert.deepEqual(found.settings[1]!.values, [null, 'none', 'exp'], 'without a thinking reward trust has no effect');
});

test('seeds that a newer program added differ in no setting that the older runs did not know yet', () => {
  const found = started(trm, undefined, ['model.dtype', 'data.maxPixels', 'logging.tokensEvery']);
  assert.deepEqual(found.problems, []);
  assert.deepEqual(
    found.settings.map((setting) => setting.path),
    ['reward.thinking', 'reward.trust'],
  );
});

test('other code, data, or another TRM of the same name are told by name', () => {
  const found = started((variant, seed) => ({
    ...trm(variant),
    ...(variant === 'full' && seed === 1 ? { codeVersion: '0.2.0', trmHash: 'other' } : {}),
  }));
  assert.deepEqual(found.problems, [
    'The runs differ in more than their settings: code version, Thinking Reward Model.',
  ]);
  assert.ok(!found.same.some((one) => one.what === 'code version'));
});

test('arms that name different models differ in that setting alone, and each must be one model', () => {
  const variants = '[full, {other: {base: full, model: {trm: another}}}]';
  const hash = (variant: string) => ({ trmHash: variant });
  const found = started(hash, variants);
  assert.deepEqual(found.problems, []);
  assert.deepEqual(
    found.settings.map((setting) => setting.path),
    ['model.trm'],
  );
  const changed = started((variant, seed) => ({ trmHash: variant === 'other' ? `${seed}` : 't' }), variants);
  assert.deepEqual(changed.problems, ['The runs differ in more than their settings: Thinking Reward Model.']);
});

test('before any run has started nothing is claimed of code and data', () => {
  const found = started(() => null);
  assert.deepEqual([found.started, found.same, found.problems], [0, [], []]);
});
