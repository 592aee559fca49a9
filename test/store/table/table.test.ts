import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { latexTable, latexText } from '../../../src/main/store/table/formats/latex-text.ts';
import { percent, probability, signed } from '../../../src/main/store/table/formats/number-text.ts';
import { studyTable, TABLE_WRITERS } from '../../../src/main/store/table/table.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { environment, sampleEvaluation, temporaryFolder, temporaryStore } from '../helpers.ts';
import { study } from './measured-study.ts';

const scores = (variant: string, seed: number, benchmark: string): number =>
  ({ grpo: 4, full: 6, odd: 4 })[variant]! + (benchmark === 'math-test' ? 1 : 0) + (seed === 2 ? 1 : 0);
const plain = () => study(scores);
describe('resultsTable', () => {
  it('gives mean, std and n over seeds, and averages of splits', () => {
    const { store, studyId } = plain();
    const table = studyTable(store, studyId);
    assert.deepEqual(
      table.columns.map((column) => column.title),
      ['chart-test', 'math-test', 'test average', 'chart-hard'],
    );
    const [grpo] = table.rows;
    assert.equal(grpo!.isBaseline, true);
    assert.ok(Math.abs(grpo!.cells[0]!.mean! - 13 / 30) < 1e-12);
    assert.ok(Math.abs(grpo!.cells[0]!.std! - Math.sqrt(1 / 300)) < 1e-12); // 0.4, 0.4, 0.5
    assert.ok(Math.abs(grpo!.cells[2]!.mean! - (13 / 30 + 16 / 30) / 2) < 1e-12);
    assert.equal(grpo!.cells[0]!.n, 3);
    assert.deepEqual(
      table.rows.map((row) => row.cells[0]!.best),
      [true, true, true], // ten questions cannot tell 43 % from 63 %
    );
    assert.equal(grpo!.cells[0]!.versus, null);
  });

  it('compares with the baseline, paired by seed and question', () => {
    const { store, studyId } = plain();
    const { versus } = studyTable(store, studyId).rows[1]!.cells[0]!;
    assert.ok(Math.abs(versus!.difference - 0.2) < 1e-12);
    assert.ok(versus!.low <= 0.2 && versus!.high >= 0.2 && versus!.high > versus!.low);
    assert.deepEqual([versus!.n, versus!.questions, versus!.p], [3, 10, null]); // three signs can show nothing
    assert.deepEqual(
      versus!.perSeed.map(({ seed, difference }) => [seed, Math.round(difference * 100)]),
      [
        [0, 20],
        [1, 20],
        [2, 20],
      ],
    );
    const none = studyTable(store, studyId).rows[2]!.cells[0]!.versus!;
    assert.deepEqual([none.difference, none.low, none.high], [0, 0, 0]); // equal answers to every question: no spread at all
    const other = studyTable(store, studyId, { baseline: 'full' });
    assert.ok(Math.abs(other.rows[0]!.cells[0]!.versus!.difference + 0.2) < 1e-12);
    assert.throws(() => studyTable(store, studyId, { baseline: 'ful' }), /no variant "ful". Did you mean "full"/);
  });

  it('shows the rows asked for, with the interval of the mean in place of the deviation', () => {
    const { store, studyId } = plain();
    const table = studyTable(store, studyId, { variants: ['full', 'odd'], spread: 'interval' });
    assert.equal(table.rows.map((row) => row.variant).join(), 'full,odd');
    const { std, half, n, versus } = table.rows[0]!.cells[0]!;
    assert.ok(
      Math.abs(half! - (4.303 * std!) / Math.sqrt(n)) < 1e-12 && versus !== null,
      'still against the hidden baseline',
    );
    assert.match(table.notes[0]!, /95 % interval of the mean/);
    const [head, first] = TABLE_WRITERS.csv(table).split('\r\n');
    assert.equal(head!.split(',')[3], 'chart-test half 95 % interval');
    assert.equal(first!.split(',')[3], percent(half!));
    assert.match(TABLE_WRITERS.csv(studyTable(store, studyId)), /^variant,title,chart-test mean,chart-test std,/);
    assert.throws(() => studyTable(store, studyId, { variants: ['ful'] }), /no variant "ful". Did you mean "full"/);
  });

  it('marks unfinished cells and never calls them best', () => {
    const { store, studyId } = study((variant, seed) => (variant === 'odd' ? (seed === 2 ? null : 9) : 4));
    const table = studyTable(store, studyId);
    assert.deepEqual(
      table.rows.map((row) => row.cells[0]!.unfinished),
      [false, false, true],
    );
    assert.deepEqual(
      table.rows.map((row) => row.cells[0]!.best),
      [true, true, false],
    ); // a tie is best twice
    assert.match(table.notes.join(' '), /† Unfinished/);
  });

  it('says that seeds are too few, and gives no std of one', () => {
    const store = temporaryStore();
    const { studyId } = store.addStudy(
      parseStudy('name: one\nseeds: [7]\nsettings: {training: {totalSteps: 1}}', 'one.yaml'),
    );
    for (const run of store.listRuns({ studyId })) {
      const { attempt } = store.startRun(run.id);
      store.recordEvent(run.id, attempt, { kind: 'step', step: 1, metrics: {}, responses: [] });
      store.recordEvent(run.id, attempt, sampleEvaluation(1, 'chart-test', 5));
      store.recordEvent(run.id, attempt, { kind: 'finished', step: 1, seconds: 1, weightsHash: 'w' });
    }
    const table = studyTable(store, studyId);
    assert.match(table.notes.join(' '), /Fewer than 5 seeds/);
    assert.match(table.notes.join(' '), /95 % bootstrap interval over seeds and questions/); // of one run: its questions alone
    assert.ok(table.rows.every((row) => row.cells.every((cell) => !cell.best && !cell.marked)));
    assert.deepEqual([table.rows[0]!.cells[0]!.std, table.rows[1]!.cells[0]!.versus!.p], [null, null]);
  });

  it('makes a table of a study without any result', async () => {
    const store = temporaryStore();
    const { studyId } = store.addStudy(parseStudy('name: none', 'none.yaml'));
    const table = studyTable(store, studyId);
    assert.deepEqual(table.columns, []);
    for (const format of Object.values(TABLE_WRITERS)) assert.ok((await format(table)).length > 0);
  });

  it('gives no difference between different question lists, and says so', () => {
    const { store, studyId } = plain();
    const runId = store.listRuns({ studyId }).find((run) => run.variant === 'full')!.id;
    store.database
      .prepare("UPDATE evaluations SET benchmark_hash = 'other' WHERE run_id = ? AND benchmark = 'chart-test'")
      .run(runId);
    const table = studyTable(store, studyId);
    assert.equal(table.rows[1]!.cells[0]!.versus, null);
    assert.notEqual(table.rows[1]!.cells[1]!.versus, null);
    assert.match(table.notes.join(' '), /different question lists of chart-test/);
  });

  it('says when arms differ in more than their settings', () => {
    const { store, studyId } = plain();
    assert.doesNotMatch(studyTable(store, studyId).notes.join(' '), /differ in more/);
    const other = JSON.stringify({ ...environment, codeVersion: '0.2.0', dataHash: 'e' });
    store.database.prepare('UPDATE run_attempts SET environment = ? WHERE run_id = 1').run(other);
    assert.match(
      studyTable(store, studyId).notes.join(' '),
      /differ in more than their settings: code version, training data\./,
    );
  });

  it('takes chosen benchmarks, another step and Holm', () => {
    const { store, studyId } = plain();
    assert.deepEqual(
      studyTable(store, studyId, { benchmarks: ['hard'] }).columns.map((column) => column.key),
      ['chart-hard'],
    );
    assert.equal(percent(studyTable(store, studyId, { step: 0 }).rows[0]!.cells[0]!.mean!), '10.0');
    assert.throws(
      () => studyTable(store, studyId, { benchmarks: ['x'] }),
      /no evaluation of a benchmark "x". It has: chart-test/,
    );
    assert.throws(() => studyTable(store, studyId, { mode: 'sampled', benchmarks: ['test'] }), /It has: none yet/);
  });
});

describe('formats', () => {
  const { store, studyId } = plain();
  const table = () => studyTable(store, studyId);

  for (const [name, format] of Object.entries(TABLE_WRITERS)) {
    it(`${name} is the same bytes when made again, also later`, async () => {
      const first = Buffer.from(await format(table()));
      const now = Date.now;
      Date.now = () => now() + 86_400_000;
      try {
        assert.equal(Buffer.compare(first, Buffer.from(await format(table()))), 0);
      } finally {
        Date.now = now;
      }
    });
  }

  it('CSV keeps a row per variant, quotes what needs it and lets no formula in', () => {
    const lines = TABLE_WRITERS.csv(table()).split('\r\n');
    assert.equal(lines[1]!.startsWith('grpo,GRPO,43.3,5.8,3,1,0,,,,,,,'), true);
    assert.match(lines[2]!, /^full,full \(SophiaVL-R1\),63\.3,5\.8,3,1,0,20\.0,/);
    assert.equal(lines[3]!.startsWith(`odd,"'=cmd|' /C calc'!A0`), true);
    assert.match(lines[3]!, /""q""",43\.3/);
    assert.match(lines.at(-2)!, /^"# Study tab, hash [0-9a-f]{16}\."$/);
  });

  it('Markdown shows names as text', () => {
    const text = TABLE_WRITERS.markdown(table());
    assert.match(text, /\| full \(SophiaVL-R1\) \| \*\*63\.3 ± 5\.8\*\* \|/);
    assert.doesNotMatch(text, /<img/);
    for (const line of text.split('\n').filter((one) => one.startsWith('|')))
      assert.equal(line.replaceAll('\\|', '').split('|').length, 2 + 1 + 4, line);
  });

  it('LaTeX holds no command of a name', () => {
    const text = TABLE_WRITERS.latex(table());
    assert.match(text, /\\textbf\{63\.3\} \{\\tiny \$\\pm\$ 5\.8\}/);
    assert.doesNotMatch(text, /\\input/);
    assert.match(text, /\\textbackslash\{\}input\\\{\/etc\/passwd\\\}/);
    assert.equal(latexText('a_b & 5% α ± 日'), 'a\\_b \\& 5\\% $\\alpha$ $\\pm$ [U+65E5]');
    const noted = (notes: readonly string[]) =>
      latexTable({ caption: 'C', label: 'l', tabulars: [], notes }).join('\n');
    assert.match(noted(['one', 'two']), /\\begin\{minipage\}.*one\\\\\ntwo\n.*\\end\{table\}$/s);
    // Notes of a page's length stand after the float, which would leave the page with them.
    assert.match(noted(['one', 'x'.repeat(2000)]), /\\end\{table\}\n\n.*Notes to Table~\\ref\{tab:l\}\.\} one/);
    assert.equal(latexText('two\nlines\tand\u0007bell'), 'two lines and[U+0007]bell');
    assert.equal(latexText('Holm’s “own” ‘one’'), "Holm's ``own'' `one'");
    const footnotes = text.slice(text.indexOf('\\begin{minipage}'));
    assert.match(footnotes, /Holm's correction/);
    assert.doesNotMatch(footnotes, /\[U\+/); // no sign of our own sentences is without a glyph
  });

  const tex = spawnSync('kpsewhich', ['booktabs.sty']).status === 0; // pdflatex alone may be there without it
  it('LaTeX compiles, pasted and whole', { skip: !tex }, () => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    const pasted = `\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n${TABLE_WRITERS.latex(table())}\\end{document}\n`;
    for (const [name, text] of [
      ['pasted', pasted],
      ['whole', TABLE_WRITERS['latex-document'](table())],
    ] as const) {
      writeFileSync(join(folder, `${name}.tex`), text);
      const result = spawnSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', `${name}.tex`], {
        cwd: folder,
      });
      assert.equal(result.status, 0, String(result.stdout).slice(-800));
    }
  });

  it('XLSX holds names as texts, numbers as numbers and no formula', async () => {
    const files = unzipSync(await TABLE_WRITERS.xlsx(table()));
    assert.equal(Object.keys(files)[0], '[Content_Types].xml');
    const sheets = Object.keys(files).filter((name) => /worksheets\/sheet\d\.xml$/.test(name));
    assert.equal(sheets.length, 3); // results, differences, notes: outcome rewards are the accuracies
    const xml = sheets.map((name) => strFromU8(files[name]!)).join('');
    assert.doesNotMatch(xml, /<f>/);
    assert.match(xml, /<v>63\.3<\/v>/);
    const strings = strFromU8(files['xl/sharedStrings.xml']!);
    assert.match(strings, /=cmd\|/);
    assert.doesNotMatch(strings, /<img/);
  });

  it('JSON holds everything', () => {
    assert.deepEqual(JSON.parse(TABLE_WRITERS.json(table())), table());
  });

  it('prints numbers with one decimal and no minus zero', () => {
    assert.deepEqual(
      [percent(0.7134), percent(-0.0001), signed(0.0123), signed(-0.02), signed(0)],
      ['71.3', '0.0', '+1.2', '-2.0', '0.0'],
    );
    assert.deepEqual([probability(0.25), probability(0.0001)], ['0.250', '< 0.001']);
  });
});
