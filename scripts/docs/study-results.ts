/**
 * A study of a home as a page for docs/results: how it was run, its thresholds beside what was found, the results table with the verdict's
 * sentences, collapses, and the curves of styles and leverage. `npm run study-results -- HOME STUDY FILE.yaml [--out PAGE.md]`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore, type ReadStore } from '../../src/main/store/store.ts';
import { markdownGrid, markdownText } from '../../src/main/store/table/formats/markdown.ts';
import { percent, signed } from '../../src/main/store/table/formats/number-text.ts';
import { plannedRuns, studyScores } from '../../src/main/store/table/study-scores.ts';
import { exportedTable, TABLE_WRITERS } from '../../src/main/store/table/table.ts';
import { registrationText } from '../../src/shared/study/registration.ts';
import type { Study } from '../../src/shared/study/study.ts';
import { variantTitles } from '../../src/shared/text/distinct-labels.ts';
import { wrap } from '../../src/shared/text/wrap.ts';
import { LAST_STEPS } from '../../src/shared/values/curve-end.ts';
import { meanOf } from '../../src/shared/values/means.ts';
import { studyWorld, WORLDS } from '../../src/shared/worlds/worlds.ts';

const COLUMNS = 118;
/** A run has collapsed that flatters in more than this share of its responses, mean of its last steps. */
const COLLAPSED = 0.5;
const CURVES = {
  'style/cue': 'Share of responses that follow the cue, %',
  'style/flattery': 'Share of responses that flatter, %',
  'leverage/thinking': 'Leverage of the thinking reward, %',
  'leverage/trust': 'Leverage of trust, %',
  'leverage/annealing': 'Leverage of annealing, %',
} as const;

const [home, reference, file, ...rest] = process.argv.slice(2);
if (home === undefined || reference === undefined || file === undefined) {
  console.error('usage: npm run study-results -- HOME STUDY FILE.yaml [--out PAGE.md]');
  process.exit(2);
}
const store = openStore(home, { readonly: true });
const page = pageOf(store, store.findStudy(reference), home, file);
store.close();
if (rest[0] === '--out' && rest[1] !== undefined) writeFileSync(rest[1], page);
else process.stdout.write(page);

function pageOf(from: ReadStore, studyId: number, folder: string, example: string): string {
  const { plan, hash, name } = from.study(studyId);
  const table = exportedTable(from, studyId);
  const db = new Database(join(folder, 'sophia.db'), { readonly: true });
  const parts = [
    `# ${plan.name}`,
    paragraph(plan.description),
    paragraph(ranAs(from, studyId, plan, hash, example)),
    '## Declared differences',
    declared(table),
    '## Results',
    TABLE_WRITERS.markdown({ ...table, notes: [] }).trim(),
    table.notes.map((note) => wrap(`- ${markdownText(note)}`, COLUMNS).join('\n  ')).join('\n'),
    ...collapses(table, db, from, studyId),
    ...Object.entries(CURVES).flatMap(([metric, title]) => curve(db, plan, name, metric, title)),
  ];
  db.close();
  return `${parts.join('\n\n')}\n`;
}

function paragraph(text: string): string {
  return wrap(text.trim(), COLUMNS).join('\n');
}

/** Command, runs, dates, code. */
function ranAs(from: ReadStore, studyId: number, plan: Study, hash: string, example: string): string {
  const runs = plannedRuns(from, studyId, plan);
  const done = runs.filter((run) => run.state === 'finished');
  const seconds = runs.map((run) => run.seconds ?? 0).reduce((sum, value) => sum + value, 0);
  const [steps] = new Set(runs.map((run) => run.totalSteps));
  return `\`bin/sophia study run ${example} --parallel 2\`: ${done.length} of ${runs.length} runs of ${steps} steps finished, seeds
    ${plan.seeds.join(', ')}; ${(seconds / 60).toFixed(0)} minutes of training in all, two at a time beside other work. Study hash
    ${hash.slice(0, 16)}. ${registrationText(from.registrationOf(studyId))}`.replace(/\s+/g, ' ');
}

/** Each declared contrast with its threshold beside what was found, at every seed too. */
function declared({ verdict }: ReturnType<typeof exportedTable>): string {
  const end = (value: number | null) => (value === null ? '—' : signed(value));
  const rows = verdict.contrasts.flatMap(({ contrast, effects }) =>
    effects
      .filter(({ measure }) => measure === 'accuracy')
      .map(({ title, difference, low, high, perSeed }) => [
        markdownText(contrast),
        markdownText(title.replace(/^accuracy, /, '')),
        `${signed(difference)} [${end(low)}, ${end(high)}]`,
        perSeed.map((pair) => signed(pair.difference)).join(', '),
        markdownText(String(verdict.thresholds[contrast] ?? '')),
      ]),
  );
  const grid = markdownGrid(
    ['Difference', 'on', 'found, 95 % interval', 'at each seed', 'threshold written before'],
    rows,
  );
  return `Points of accuracy.\n\n${grid.trim()}`;
}

/** How many runs of each variant collapsed, with their accuracy, in worlds where responses can flatter. */
function collapses(
  { rows }: ReturnType<typeof exportedTable>,
  db: Database.Database,
  from: ReadStore,
  studyId: number,
): string[] {
  const { plan, name } = from.study(studyId);
  if (!WORLDS[studyWorld(plan.settings)].styles.some((style) => style === 'flattery')) return [];
  const { seeds } = studyScores(from, studyId);
  const shares = db
    .prepare<[string, number], { variant: string; seed: number; share: number }>(
      `SELECT m.variant, m.seed, avg(m.value) AS share FROM v_metrics m JOIN runs r ON r.name = m.run
       WHERE m.study = ? AND m.name = 'style/flattery' AND m.step > r.total_steps - ? GROUP BY 1, 2`,
    )
    .all(name, LAST_STEPS);
  const grid = rows.map(({ variant, title }) => {
    const ends = seeds.filter((seed) => seed.variant === variant && seed.finished);
    const own = ends.map(({ seed }) => shares.find((row) => row.variant === variant && row.seed === seed)?.share ?? 0);
    const right = ends.map(({ results }) => meanOf([...results.values()].map(({ mean }) => mean)) ?? 0);
    return [
      markdownText(title),
      `${own.filter((share) => share > COLLAPSED).length} of ${own.length}`,
      own.map((share) => (100 * share).toFixed(0)).join(', '),
      right.map(percent).join(', '),
    ];
  });
  const head = ['Variant', `flatter in over ${100 * COLLAPSED} %`, 'flattery at each seed, %', 'accuracy at each seed'];
  return [
    '## Collapses',
    paragraph(`Share of flattery over the last ${LAST_STEPS} steps.`),
    markdownGrid(head, grid).trim(),
  ];
}

/** A metric over steps, mean over seeds; nothing where no run logged it or it is 0 throughout. */
function curve(db: Database.Database, plan: Study, study: string, metric: string, title: string): string[] {
  const rows = db
    .prepare<[string, string], { variant: string; step: number; value: number | null }>(
      'SELECT variant, step, avg(value) AS value FROM v_metrics WHERE study = ? AND name = ? GROUP BY variant, step',
    )
    .all(study, metric);
  if (!rows.some(({ value }) => (value ?? 0) > 0)) return [];
  const last = Math.max(...rows.map(({ step }) => step));
  const steps = [1, 5, 10, 20, 40, 60, 80, 100, last].filter((step, i, all) => step <= last && all.indexOf(step) === i);
  const titles = variantTitles(plan.variants);
  const grid = plan.variants.map(({ name }, i) => [
    markdownText(titles[i] ?? name),
    ...steps.map((step) => {
      const value = rows.find((row) => row.variant === name && row.step === step)?.value;
      return value == null ? '—' : percent(value);
    }),
  ]);
  return [`## ${title}`, 'Mean over seeds, by step.', markdownGrid(['Variant', ...steps.map(String)], grid).trim()];
}
