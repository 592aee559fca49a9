import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { eventLine, parseEventLine } from '../../../src/shared/run/event-lines.ts';
import { type ResponseRecord, type RunEvent, runEventSchema } from '../../../src/shared/run/run-events.ts';

const response: ResponseRecord = {
  questionId: 'chart/train/000001',
  sample: 0,
  text: '<think>NaN\u2028"quoted"\n\ud800 lone</think>',
  tokens: 3,
  truncated: false,
  formatValid: true,
  outcomeReward: Number.NaN,
  outcomeReason: 'Infinity',
  thinkingReward: Number.POSITIVE_INFINITY,
  thinkingFailure: null,
  thinkingSpread: -0,
  exact: true,
  rubricScore: Number.NEGATIVE_INFINITY,
  muC: 0.1 + 0.2,
  muW: 5e-324,
  nC: 1,
  nW: 2,
  gamma: Number.MAX_VALUE,
  gammaLogged: null,
  decay: 1e-7,
  alpha: 0.3,
  reward: -1.5,
  advantage: -0,
};

/** One of each kind. */
const EVENTS: { [K in RunEvent['kind']]: Extract<RunEvent, { kind: K }> } = {
  started: {
    kind: 'started',
    step: 0,
    environment: {
      backend: 'wasm',
      backendVersion: '4',
      device: 'CPU',
      threads: 2,
      node: 'v24',
      platform: 'linux',
      codeVersion: 'c',
      modelHash: 'm',
      trmHash: null,
      dataHash: 'd',
    },
  },
  questions: {
    kind: 'questions',
    step: 1,
    questions: [
      generateQuestion('train', 0),
      { ...generateQuestion('hard', 3), image: { kind: 'file', path: 'images/a.png' }, scene: null },
    ],
  },
  step: {
    kind: 'step',
    step: 1,
    metrics: { loss: Number.NaN, kl: -0, grad_norm: Number.POSITIVE_INFINITY, reward: null, entropy: 1 / 3 },
    responses: [response, { ...response, sample: 1, thinkingFailure: 'timed out' }],
  },
  evaluation: {
    kind: 'evaluation',
    step: 1,
    mode: 'greedy',
    benchmark: 'chart-test',
    benchmarkHash: 'b',
    results: [{ questionId: 'chart-test/0', text: '7', outcomeReward: Number.NaN, correct: false, exact: null }],
  },
  checkpoint: { kind: 'checkpoint', step: 1, uri: 'checkpoints/step-000001', hash: 'abc', bytes: 6_000_000_000 },
  alert: { kind: 'alert', step: 1, level: 'warning', name: 'hacking', message: 'look' },
  phase: {
    kind: 'phase',
    step: 1,
    phase: 'evaluating',
    done: 3,
    total: 40,
    load: { seconds: 1.5, cpuCores: Number.NaN, freeMiB: 100 },
  },
  finished: { kind: 'finished', step: 1, seconds: Number.POSITIVE_INFINITY, weightsHash: 'w' },
  paused: { kind: 'paused', step: 1, message: 'm' },
  failed: { kind: 'failed', step: 1, code: 'diverged', message: 'Loss is NaN.' },
};

for (const [kind, event] of Object.entries(EVENTS))
  test(`an event of kind "${kind}" comes back from its line as it was, every NaN, infinity and -0 of it`, () => {
    const line = eventLine({ sequence: 7, at: 1_700_000_000_000, event });
    assert.ok(!line.includes('\n'));
    assert.deepStrictEqual(parseEventLine(line, 'x'), { sequence: 7, at: 1_700_000_000_000, event });
    assert.ok(runEventSchema.options.some((option) => option.unwrap().shape.kind.value === kind));
  });

test('a text that reads like a number that JSON lacks stays a text', () => {
  const line = eventLine({ sequence: 1, event: { ...EVENTS.alert, message: 'NaN', name: '-0' } });
  assert.deepStrictEqual(parseEventLine(line, 'x').event, { ...EVENTS.alert, message: 'NaN', name: '-0' });
});

test('an event of before exact answers were recorded is read, and says that they were not judged', () => {
  const old = (event: RunEvent) =>
    eventLine({ sequence: 1, event })
      .replaceAll(/"exact":(true|null),?/g, '')
      .replaceAll(',}', '}');
  const { event: step } = parseEventLine(old(EVENTS.step), 'x');
  assert.deepEqual(step.kind === 'step' && step.responses.map(({ exact }) => exact), [null, null]);
  const { event } = parseEventLine(old(EVENTS.evaluation), 'x');
  assert.deepEqual(event.kind === 'evaluation' && event.results.map(({ exact }) => exact), [null]);
});

test('-0 as JSON has it is read too', () => {
  const line = eventLine({ sequence: 1, event: EVENTS.step }).replace('"kl":"-0"', '"kl":-0');
  const { event } = parseEventLine(line, 'x');
  assert.ok(event.kind === 'step' && Object.is(event.metrics.kl, -0));
});

for (const [what, line, why] of [
  ['a line cut short', '{"sequence":1,"event":{"kind":"al', /^log line 3 is not JSON: /],
  [
    'a bare NaN, as Python writes it',
    '{"sequence":1,"event":{"kind":"finished","step":1,"seconds":NaN,"weightsHash":"w"}}',
    /is not JSON/,
  ],
  ['no number', '{"event":{"kind":"paused","step":1,"message":"m"}}', /^log line 3 is no run event: sequence: /],
  ['a number below 1', '{"sequence":0,"event":{"kind":"paused","step":1,"message":"m"}}', /no run event: sequence: /],
  ['a kind that nobody knows', '{"sequence":1,"event":{"kind":"lunch","step":1}}', /no run event: event\.kind: /],
  ['a field that is missing', '{"sequence":1,"event":{"kind":"paused","step":1}}', /no run event: event\.message: /],
  [
    'a field too many',
    '{"sequence":1,"event":{"kind":"paused","step":1,"message":"m","more":1}}',
    /no run event: event: .*more/,
  ],
  [
    'a metric that nobody knows',
    '{"sequence":1,"event":{"kind":"step","step":1,"metrics":{"lss":1},"responses":[]}}',
    /event\.metrics: .*lss/,
  ],
  [
    'a word for a number',
    '{"sequence":1,"event":{"kind":"finished","step":1,"seconds":"nan","weightsHash":"w"}}',
    /event\.seconds: expected a number/,
  ],
  [
    'a step that is no whole number',
    '{"sequence":1,"event":{"kind":"paused","step":1.5,"message":"m"}}',
    /event\.step: /,
  ],
  ['a list', '[]', /no run event: /],
] as const)
  test(`${what} is refused by name and place`, () => {
    assert.throws(
      () => parseEventLine(line, 'log line 3'),
      (error: Error) => error.message.match(why) !== null,
    );
  });

test('an event that the schema does not know is not written', () => {
  const event = { ...EVENTS.paused, message: 5 } as unknown as RunEvent;
  assert.throws(() => eventLine({ sequence: 2, event }), /^SophiaError: Event 2 \(paused\): event\.message: /);
});
