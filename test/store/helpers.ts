/** A home in a temporary folder, a small study and events of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openStore, type Store } from '../../src/main/store/store.ts';
import type { Question } from '../../src/shared/question.ts';
import type { ResponseRecord, RunEnvironment, RunEventOf } from '../../src/shared/run/run-events.ts';
import { parseStudy, type Study } from '../../src/shared/study/study.ts';
import { Random } from '../../src/shared/values/random.ts';

/** An empty temporary folder, removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-store-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file with this text in a temporary folder of its own. */
export function temporaryFile(text: string, name = 'log.txt'): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

/** An open store in a new home, closed when the test file ends. */
export function temporaryStore(now?: () => number): Store {
  const store = openStore(temporaryFolder(), now === undefined ? {} : { now });
  after(() => store.close());
  return store;
}

export function sampleStudy(more = ''): Study {
  return parseStudy(
    `name: sample\nvariants: [grpo, full]\nseeds: [0, 1]\nsettings: {training: {totalSteps: 20}}\n${more}`,
    'sample.yaml',
  );
}

/** A store with the sample study, its first run started. */
export function startedRun(store: Store = temporaryStore()): {
  store: Store;
  studyId: number;
  runId: number;
  attempt: number;
} {
  const { studyId } = store.addStudy(sampleStudy());
  const runId = Math.min(...store.listRuns({ studyId }).map((run) => run.id));
  return { store, studyId, runId, attempt: store.startRun(runId).attempt };
}

export const environment: RunEnvironment = {
  backend: 'wasm',
  backendVersion: '4.22',
  device: 'cpu',
  threads: 1,
  node: '24',
  platform: 'linux',
  codeVersion: '0.1.0',
  modelHash: 'm',
  trmHash: null,
  dataHash: 'd',
};

export function sampleQuestion(id: string): Question {
  const base = { id, category: 'chart', answerType: 'numeric', split: 'train', template: 'bars' } as const;
  return { ...base, text: `How many? (${id})`, answer: '7', image: { kind: 'scene' }, scene: { bars: [1, 2] } };
}

const WORDS = 'the blue bar is at seven and red shows four so sum both equals eleven count circle square'.split(' ');

/** One response; everything random comes from (step, index). */
export function sampleResponse(step: number, index: number, more: Partial<ResponseRecord> = {}): ResponseRecord {
  const random = new Random(step, index);
  const text = Array.from({ length: 12 }, () => random.pick(WORDS)).join(' ');
  const outcomeReward = random.int(0, 1);
  return {
    questionId: `chart/train/${step * 2 + (index >> 2)}`,
    sample: index & 3,
    text,
    tokens: 12,
    truncated: false,
    formatValid: true,
    outcomeReward,
    exact: (more.outcomeReward ?? outcomeReward) === 1,
    outcomeReason: 'exact',
    thinkingReward: random.int(0, 10) / 10,
    thinkingFailure: null,
    thinkingSpread: null,
    rubricScore: null,
    muC: 0.5,
    muW: 0.6,
    nC: 2,
    nW: 2,
    gamma: step % 2 === 0 ? 0.9 : 1,
    gammaLogged: null,
    decay: 0.8,
    alpha: 0.3,
    reward: random.next(),
    advantage: random.next() - 0.5,
    ...more,
  };
}

/** A step of 2 questions x 4 samples. */
export function sampleStep(step: number, more: Partial<RunEventOf<'step'>> = {}): RunEventOf<'step'> {
  const metrics = { reward: step / 10, loss: new Random(step, 'loss').next(), kl: null, num_tokens: step * 96 };
  return {
    kind: 'step',
    step,
    metrics,
    responses: Array.from({ length: 8 }, (_, i) => sampleResponse(step, i)),
    ...more,
  };
}

/** An evaluation in which the first `correct` of `count` questions are right. */
export function sampleEvaluation(
  step: number,
  benchmark: string,
  correct: number,
  count = 10,
): RunEventOf<'evaluation'> {
  const results = Array.from({ length: count }, (_, i) => ({
    questionId: `${benchmark}/${i}`,
    text: `answer ${i}`,
    outcomeReward: i < correct ? 1 : 0,
    correct: i < correct,
    exact: i < correct,
  }));
  return { kind: 'evaluation', step, mode: 'greedy', benchmark, benchmarkHash: `hash of ${benchmark}`, results };
}

/** All rows of a run that an uninterrupted and a resumed run must share (no times, no row ids). */
export function rowsOf(store: Store, runId: number): unknown {
  const all = (sql: string) => store.database.prepare(sql).raw().all(runId);
  return {
    metrics: all(
      'SELECT n.name, m.step, m.value FROM metrics m JOIN metric_names n ON n.id = m.metric_id WHERE run_id = ? ORDER BY 1, 2',
    ),
    responses: store
      .responses({ runIds: [runId] }, { limit: 10_000 })
      .rows.map(({ id: _id, runId: _run, ...row }) => row),
    evaluations: all(
      'SELECT step, benchmark, mode, questions, correct, mean_outcome FROM evaluations WHERE run_id = ? ORDER BY 1, 2, 3',
    ),
    answers: all(
      'SELECT e.step, a.position, a.text FROM evaluations e JOIN evaluated_questions a ON a.evaluation_id = e.id WHERE run_id = ? ORDER BY e.step, e.benchmark, 2',
    ),
    checkpoints: all('SELECT step, hash FROM checkpoints WHERE run_id = ? ORDER BY step'),
    step: all('SELECT step, total_steps FROM runs WHERE id = ?'),
  };
}
