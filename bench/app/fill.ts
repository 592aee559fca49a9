/**
 * Fills a home with made-up results, to see how store and app behave at scale, and times the queries that pages make:
 * `node bench/app/fill.ts HOME [--runs 1000] [--steps 1500] [--metrics 20] [--responses 1000000] [--only-query]`.
 * Rows are written by the store's own statements' shape but in bulk; it is no measure of logging (bench/app/logging.ts is).
 */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { homePaths } from '../../src/main/store/open/home.ts';
import { runTable } from '../../src/main/store/run-table/run-table.ts';
import { openStore, type Store } from '../../src/main/store/store.ts';
import { CATEGORIES } from '../../src/shared/question.ts';
import { METRICS } from '../../src/shared/run/metrics.ts';
import { parseStudy } from '../../src/shared/study/study.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '1000' },
    steps: { type: 'string', default: '1500' },
    metrics: { type: 'string', default: '20' },
    responses: { type: 'string', default: '1000000' },
    'only-query': { type: 'boolean', default: false },
  },
});
const home = positionals[0];
if (home === undefined) throw new Error('Usage: node bench/app/fill.ts HOME');
const sizes = {
  runs: Number(values.runs),
  steps: Number(values.steps),
  metrics: Number(values.metrics),
  responses: Number(values.responses),
};
const RUNS_PER_STUDY = 20;
const BENCHMARKS = CATEGORIES.flatMap((category) => [`${category}-test`, `${category}-hard`]);
const WORDS =
  'the a bar bars line pie chart blue red green tall short sum is are of and equals so then first therefore because count circle square triangle left right above below value axis label read picture seven four eleven three two nine largest smallest difference minus plus times word printed says object near far'.split(
    ' ',
  );

const store = openStore(home);
if (!values['only-query']) fill(store);
queries(store);
store.close();

/** A fast generator that need not be good. */
function generator(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    return state / 4294967296;
  };
}

function fill(store: Store): void {
  const db = store.database;
  const began = performance.now();
  db.pragma('synchronous = OFF');
  const seeds = Array.from({ length: RUNS_PER_STUDY / 2 }, (_, i) => i);
  for (let i = 0; i < sizes.runs / RUNS_PER_STUDY; i++) {
    const text = `name: scale-${i}\nvariants: [grpo, full]\nseeds: [${seeds}]\ndescription: made up\nsettings: {training: {totalSteps: ${sizes.steps}}}`;
    store.addStudy(parseStudy(text, 'fill'));
  }
  const names = Object.keys(METRICS).slice(0, sizes.metrics);
  for (const name of names) db.prepare('INSERT OR IGNORE INTO metric_names (name) VALUES (?)').run(name);
  const question = db
    .prepare(
      "INSERT INTO questions (question, hash, category, answer_type, split, template, text, answer) VALUES (?, '1', 'chart', 'numeric', 'train', 'bars', 'How many bars?', '7') RETURNING id",
    )
    .pluck();
  const questions = db.transaction(() =>
    Array.from({ length: 10_000 }, (_, i) => question.get(`chart/train/${i}`) as number),
  )();
  const statements = {
    metric: db.prepare('INSERT INTO metrics VALUES (?, ?, ?, ?)'),
    event: db.prepare("INSERT INTO events (run_id, attempt, kind, step, at) VALUES (?, 1, 'step', ?, ?)"),
    words: db.prepare('INSERT INTO response_words (rowid, text, scope) VALUES (?, ?, ?)'),
    response: db.prepare(
      `INSERT INTO responses (run_id, step, group_index, sample, question_id, outcome_reward, outcome_reason, thinking_reward, mu_c, mu_w, n_c, n_w,
         gamma, decay, alpha, reward, advantage, tokens, truncated, format_valid, text, exact)
       VALUES (@run, @step, 0, @sample, @question, @outcome, 'exact', @thinking, 0.6, 0.5, 4, 4, @gamma, 0.9, 0.3, 1.2, 0.4, 40, 0, 1, @text,
         @outcome)`,
    ),
    evaluation: db.prepare(
      `INSERT INTO evaluations (run_id, step, benchmark, mode, benchmark_hash, questions, correct, mean_outcome, at, exact)
       VALUES (@run, @step, @benchmark, 'greedy', @hash, @asked, @right, @right * 1.0 / @asked, 1, @right)`,
    ),
    done: db.prepare(
      "UPDATE runs SET state = 'finished', attempt = 1, step = ?, started_at = 1, updated_at = 2, finished_at = 2 WHERE id = ?",
    ),
  };
  const runs = store.listRuns().reverse();
  const loggedSteps = Math.max(1, Math.round(sizes.responses / sizes.runs / 8));
  runs.forEach((run, at) => {
    const random = generator(run.id);
    db.transaction(() => {
      for (let m = 1; m <= names.length; m++)
        for (let step = 1; step <= sizes.steps; step++)
          statements.metric.run(run.id, m, step, random() + Math.log(step));
      for (let step = 1; step <= sizes.steps; step++)
        statements.event.run(run.id, step, 1_700_000_000_000 + step * 1000);
      for (let i = 0; i < loggedSteps * 8; i++) {
        const step = 1 + Math.floor(((i >> 3) * sizes.steps) / loggedSteps);
        const text =
          Array.from({ length: 40 }, () => WORDS[Math.floor(random() ** 2 * WORDS.length)]).join(' ') +
          (random() < 0.001 ? ' zeppelin' : '');
        const row = statements.response.run({
          run: run.id,
          step,
          sample: i & 7,
          question: questions[(i >> 3) % 10_000],
          outcome: random() < 0.5 ? 1 : 0,
          thinking: Math.floor(random() * 11) / 10,
          gamma: random() < 0.2 ? 0.7 : 1,
          text,
        });
        statements.words.run(row.lastInsertRowid, text, `r${run.id} s${run.studyId}`);
      }
      const asked = run.studyId % 2 === 0 ? 40 : 60; // two sets of questions
      for (const step of [0, Math.ceil(sizes.steps / 2), sizes.steps])
        for (const benchmark of BENCHMARKS) {
          const right = Math.floor(random() * asked);
          statements.evaluation.run({ run: run.id, step, benchmark, hash: `${benchmark} ${asked}`, asked, right });
        }
      statements.done.run(sizes.steps, run.id);
    })();
    if (at % 50 === 49) console.log(`${at + 1} runs, ${Math.round((performance.now() - began) / 1000)} s`);
  });
  db.pragma('wal_checkpoint(TRUNCATE)');
  console.log(`filled in ${Math.round((performance.now() - began) / 1000)} s`);
}

function queries(store: Store): void {
  const studyId = store.listStudies()[0]!.id;
  const runs = store.listRuns().map((run) => run.id);
  const [one, hundred] = [runs[Math.floor(runs.length / 2)]!, runs.slice(0, 100)];
  const metric = Object.keys(METRICS)[0]!;
  const total = store.newestCursor();
  const table: [string, () => unknown][] = [
    ['studies', () => store.listStudies().length],
    ['run table', () => store.listRuns().length],
    ['table of all runs', () => runTable(store, null).rows.length],
    [
      'table of all runs, filtered',
      () => runTable(store, null, { filter: 'accuracy > 50% and alpha > 0' }).rows.length,
    ],
    ['table of a study', () => runTable(store, studyId).rows.length],
    ['matrix of a study', () => store.studyMatrix(studyId).cells.length],
    [
      'matrix with sparklines',
      () =>
        store.metricSeries(
          store.studyMatrix(studyId).cells.map((cell) => cell.id),
          metric,
          { maxPoints: 60 },
        ).length,
    ],
    ['one curve, all points', () => store.metricSeries([one], metric)[0]!.steps.length],
    [
      '100 curves, all points',
      () => store.metricSeries(hundred, metric).reduce((n, series) => n + series.steps.length, 0),
    ],
    ['100 curves, 600 points each', () => store.metricSeries(hundred, metric, { maxPoints: 600 }).length],
    ['new rows since 100 steps ago', () => store.newRowsSince(total - 100, { metrics: [metric] }).points.length],
    ['step table, 50 steps', () => store.stepTable(one, 100, 150).length],
    ['search, rare word, all', () => store.responses({ text: 'zeppelin' }).total],
    ['search, common word, all', () => store.responses({ text: 'the' }).total],
    ['search, 3 words, all', () => store.responses({ text: 'blue bar eleven' }).total],
    ['search, phrase, all', () => store.responses({ text: '"the blue bar"' }).total],
    ['search, beginning, all', () => store.responses({ text: 'zepp' }).total],
    ['search, absent word', () => store.responses({ text: 'nowhere' }).total],
    ['search, common word, one run', () => store.responses({ text: 'the', runIds: [one] }).total],
    ['search, common word, old study', () => store.responses({ text: 'the', studyId: 1 }).total],
    [
      'search, 3 words and right, low thinking',
      () => store.responses({ text: 'blue bar eleven', exact: true, thinkingBelow: 0.1 }).total,
    ],
    ['right answer, low thinking, study', () => store.responses({ studyId, exact: true, thinkingBelow: 0.1 }).total],
    ['wrong answer, thinking > 1 (none), all', () => store.responses({ exact: false, thinkingAbove: 1 }).total],
    ['gamma < 1, one run', () => store.responses({ runIds: [one], gammaBelow1: true }).total],
    ['a group', () => store.stepResponses(one, 1).length],
    ['where a question was asked', () => store.whereAsked('chart/train/7').length],
    [
      'v_metrics by study and name',
      () =>
        store.database
          .prepare('SELECT count(*), avg(value) FROM v_metrics WHERE study = ? AND name = ?')
          .get('scale-3', metric),
    ],
  ];
  for (const [what, body] of table) {
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now();
      body();
      return performance.now() - began;
    });
    const best = [...times].sort((a, b) => a - b);
    console.log(
      `${what.padEnd(42)} first ${times[0]!.toFixed(1).padStart(8)} ms   median ${best[2]!.toFixed(1).padStart(8)} ms   -> ${JSON.stringify(body())}`,
    );
  }
  const bytes = statSync(homePaths(home!).database).size;
  console.log(`database ${(bytes / 2 ** 20).toFixed(0)} MiB`);
  const parts = store.database
    .prepare('SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name ORDER BY bytes DESC LIMIT 9')
    .all() as { name: string; bytes: number }[];
  for (const part of parts)
    console.log(`  ${part.name.padEnd(36)} ${(part.bytes / 2 ** 20).toFixed(0).padStart(6)} MiB`);
}
