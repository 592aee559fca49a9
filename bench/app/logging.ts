/**
 * What logging costs: `node bench/app/logging.ts [--steps 1500]` writes a run of 64 responses and 40 metrics a step through recordEvent,
 * each step on disk before the next, and prints milliseconds per step and bytes of database per step.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '../../src/main/store/store.ts';
import { METRICS } from '../../src/shared/run/metrics.ts';
import type { ResponseRecord, RunEvent } from '../../src/shared/run/run-events.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { Random } from '../../src/shared/values/random.ts';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '1500' } } });
const steps = Number(values.steps);
const WORDS = 'the blue bar is at seven and the red bar shows four so the sum of both bars equals eleven'.split(' ');
const NAMES = Object.keys(METRICS).slice(0, 40);

const folder = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
const store = openStore(folder);
const { studyId } = store.addStudy(
  parseStudy(`name: logging\nvariants: [full]\nsettings: {training: {totalSteps: ${steps}}}`, 'bench'),
);
const runId = store.listRuns({ studyId })[0]!.id;
const { attempt } = store.startRun(runId);
const times: number[] = [];
let cpu = 0;
let sequence = 0;
for (let step = 1; step <= steps; step++) {
  const events = eventsOf(step);
  const cpuBegan = process.cpuUsage();
  const began = performance.now();
  for (const event of events) store.recordEvent(runId, attempt, event, { sequence: ++sequence });
  times.push(performance.now() - began);
  const { user, system } = process.cpuUsage(cpuBegan);
  cpu += (user + system) / 1000;
}
const sorted = [...times].sort((a, b) => a - b);
const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(2);
const early = times.slice(0, 100).reduce((sum, ms) => sum + ms, 0) / 100;
const late = times.slice(-100).reduce((sum, ms) => sum + ms, 0) / 100;
const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
store.close();
const bytes = statSync(join(folder, 'sophia.db')).size;
console.log(
  `logging a step (8 questions, 64 responses, 40 metrics): mean ${mean.toFixed(2)} ms, median ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)}; processor time ${(cpu / steps).toFixed(2)}`,
);
console.log(
  `first 100 steps ${early.toFixed(2)} ms, last 100 of ${steps} ${late.toFixed(2)} ms; database ${Math.round(bytes / steps)} bytes per step`,
);
rmSync(folder, { recursive: true, force: true });

function eventsOf(step: number): RunEvent[] {
  const random = new Random(step);
  const questions = Array.from({ length: 8 }, (_, i) => ({
    ...({
      category: 'chart',
      answerType: 'numeric',
      split: 'train',
      template: 'bars',
      text: 'How many bars are red?',
      answer: '7',
    } as const),
    ...{
      id: `chart/train/${step * 8 + i}`,
      image: { kind: 'scene' } as const,
      scene: { bars: [1, 2, 3, 4, 5], labels: ['a', 'b', 'c', 'd', 'e'] },
    },
  }));
  const responses = Array.from({ length: 64 }, (_, i): ResponseRecord => {
    const [a, b, c, d] = [random.next(), random.next(), random.next(), random.next()];
    return {
      ...{
        questionId: `chart/train/${step * 8 + (i >> 3)}`,
        sample: i & 7,
        text: Array.from({ length: 40 }, () => random.pick(WORDS)).join(' '),
      },
      ...{
        tokens: 40,
        truncated: false,
        formatValid: true,
        outcomeReward: i & 1,
        exact: (i & 1) === 1,
        outcomeReason: 'equal numbers',
        thinkingReward: a,
        thinkingFailure: null,
        thinkingSpread: null,
      },
      ...{
        rubricScore: 0.7,
        muC: b,
        muW: c,
        nC: 4,
        nW: 4,
        gamma: 1,
        gammaLogged: null,
        decay: 0.9,
        alpha: 0.3,
        reward: a + b,
        advantage: d - 0.5,
      },
    };
  });
  const metrics = Object.fromEntries(NAMES.map((name) => [name, random.next()]));
  return [
    { kind: 'questions', step, questions },
    { kind: 'step', step, metrics, responses },
  ];
}
