/** `sophia study report`: what it refuses in one line, the folder for a paper, groups of responses by name, figures from numbers. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { densityChart } from '../../src/main/services/report/figures/density-chart.ts';
import { lineChart } from '../../src/main/services/report/figures/line-chart.ts';
import { FILE_LOOK } from '../../src/main/services/report/figures/look.ts';
import { reportContent } from '../../src/main/services/report/report-content.ts';
import { reportHtml } from '../../src/main/services/report/report-html.ts';
import { CORNERS, cellOf, cornerShare, densityCounts } from '../../src/shared/run/reward-density.ts';
import { groupCurve } from '../../src/shared/values/curves.ts';
import { root } from '../setup/source-files.ts';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';
import { temporaryFolder } from '../store/helpers.ts';

describe('study report', () => {
  let engine: TestEngine;
  const folder = temporaryFolder();
  before(async () => {
    engine = await testEngine();
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'done' }) });
    await engine.engine.queue.whenIdle();
    // As a study from before the setting: its runs say nothing of it.
    engine.engine.store.database.prepare("UPDATE runs SET settings = json_remove(settings, '$.model.dtype')").run();
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'unborn', script: 'fake:throw@1' }) });
    await engine.engine.queue.whenIdle();
  });
  after(() => engine.end());

  function report(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const all = [path.join(root, 'bin/sophia'), 'study', 'report', ...args, '--home', engine.home];
    return new Promise((resolve) => {
      execFile(process.execPath, all, { env: { ...process.env, SOPHIA_SKIP_TENSORFLOW: '1' } }, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  }

  for (const [what, args, line] of [
    ['an unknown study', ['dome', '--out', 'x.html'], /There is no study "dome"\. Did you mean "done"\?/],
    ['a study without a finished run', ['unborn', '--out', 'x.html'], /No run of study unborn has finished/],
    ['no target', ['done'], /Where should the report be written\? Give --out report\.html, or --folder DIR\./],
    ['a target that is there', ['done', '--out', 'there.html'], /there\.html exists already\. .*--force/],
    ['a folder as a file', ['done', '--out', 'dir'], /dir is a folder, not a file/],
    ['a target without a folder', ['done', '--out', 'none/x.html'], /Could not write .*its folder does not exist/],
    [
      'a folder of something else, even by force',
      ['done', '--folder', 'dir', '--force'],
      /holds something else than a report/,
    ],
    [
      'an unknown group',
      ['done', '--out', 'x.html', '--rollout', 'ful/0/1'],
      /no run of ful with seed 0\. Did you mean "full"\?/,
    ],
    ['an unknown step', ['done', '--out', 'x.html', '--rollout', 'full/0/99'], /no responses are kept of that step/],
  ] as const)
    test(`refuses ${what} in one line`, async () => {
      mkdirSync(path.join(folder, 'dir'), { recursive: true });
      writeFileSync(path.join(folder, 'dir/mine.txt'), 'x');
      writeFileSync(path.join(folder, 'there.html'), 'old');
      const here = args.map((arg) => (/^(dir|none|x\.html|there)/.test(arg) ? path.join(folder, arg) : arg));
      const { code, out, err } = await report(...here);
      assert.notEqual(code, 0);
      assert.equal(out, '');
      assert.match(err, line);
      assert.equal(err.trim().split('\n').length, 1);
      assert.equal(readFileSync(path.join(folder, 'there.html'), 'utf8'), 'old');
      assert.ok(!existsSync(path.join(folder, 'x.html')));
    });

  test('writes a file and a folder whose LaTeX names every figure', async () => {
    const [file, papers] = [path.join(folder, 'done.html'), path.join(folder, 'papers')];
    const { code, out, err } = await report('done', '--out', file, '--folder', papers);
    assert.equal(code, 0, err);
    assert.match(out, /Wrote .*done\.html.*\nWrote .*papers: \d+ files/);
    assert.ok(readFileSync(file, 'utf8').startsWith('<!doctype html>'));
    const appendix = readFileSync(path.join(papers, 'appendix.tex'), 'utf8');
    const figures = readdirSync(path.join(papers, 'figures'));
    assert.ok(figures.length >= 4);
    for (const figure of figures) {
      assert.ok(appendix.includes(`{figures/${figure.replace('.svg', '')}}`), figure);
      const svg = readFileSync(path.join(papers, 'figures', figure), 'utf8');
      assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      assert.doesNotMatch(svg, /var\(|NaN|undefined/);
    }
    for (const name of readdirSync(path.join(papers, 'tables')))
      assert.ok(appendix.includes(`{tables/${name.replace('.tex', '')}}`), name);
    assert.match(readFileSync(path.join(papers, 'tables/results.tex'), 'utf8'), /\\toprule/);
    // A setting younger than the study has its default, which is not worth a row.
    const settings = readFileSync(path.join(papers, 'tables/settings.tex'), 'utf8');
    assert.doesNotMatch(settings, /undefined|model\.dtype/);
    assert.match(settings, /Settings in which the variants of done differ/);
    const again = await report('done', '--folder', papers, '--force');
    assert.equal(again.code, 0, again.err);
  });

  test('the same study gives the same bytes, and a group by name is the one that is shown', async () => {
    const { store } = engine.engine;
    const options = { program: '1', now: 0, rollouts: ['full/1/3'] };
    const content = await reportContent(store, 1, options);
    const [group] = content.rollouts;
    assert.deepEqual([content.rollouts.length, group?.run.variant, group?.run.seed, group?.step], [1, 'full', 1, 3]);
    const all = store.stepResponses(group?.run.id ?? 0, 3).filter((row) => row.questionId === group?.questionId);
    assert.equal(
      group?.responses.reduce((sum, { rows }) => sum + rows.length, 0),
      all.length,
    );
    assert.equal(reportHtml(content), reportHtml(await reportContent(store, 1, options)));
    assert.ok(content.curves[0]?.title.startsWith('Accuracy') || content.curves[0]?.name === 'rewards-outcome-mean');
    // Thinking against outcome: every response of the last steps that has both, in its tenths.
    const { density } = content;
    assert.deepEqual(
      density?.panels.map(({ label }) => label),
      ['full (SophiaVL-R1)'],
    );
    const counts = density?.panels[0]?.counts ?? [];
    const counted = counts.reduce((sum, n) => sum + n, 0);
    const rated = content.runs
      .filter((run) => run.variant === 'full')
      .flatMap((run) => store.responseSteps(run.id).flatMap((step) => store.stepResponses(run.id, step)))
      .filter((row) => row.thinkingReward !== null);
    assert.equal(counted, rated.length);
    const hacked = rated.filter((row) => (row.outcomeReward ?? 1) < 0.5 && (row.thinkingReward ?? 0) >= 0.5).length;
    assert.ok(Math.abs((cornerShare(counts, CORNERS[0]) ?? -1) - hacked / rated.length) < 1e-9);
    assert.ok(content.curves.every(({ name }) => name !== 'reward'));
  });
});

test('a share is never drawn beyond 0 and 1, and names at the ends do not lie on one another', () => {
  const steps = [0, 1, 2];
  const of = (values: number[]) =>
    groupCurve(
      [
        { steps, values },
        { steps, values: values.map((v) => v * 0.5) },
      ],
      'std',
    );
  const series = [0.99, 1, 1, 0.98].map((value, index) => ({
    label: `arm ${index}`,
    index,
    isReference: index === 0,
    curve: of([0, 0.5, value]),
  }));
  const svg = lineChart(
    { name: 'a', title: 'Accuracy', unit: '%', isShare: true, withPoints: false, series },
    FILE_LOOK,
  ).text;
  assert.match(svg, />100<\/text>/);
  assert.doesNotMatch(svg, />1[1-9]\d<\/text>|>−/);
  const ys = [...svg.matchAll(/<text x="519" y="([\d.]+)"/g)].map((match) => Number(match[1])).sort((a, b) => a - b);
  assert.equal(ys.length, 4);
  for (const [i, y] of ys.entries()) if (i > 0) assert.ok(y - (ys[i - 1] ?? 0) >= 12.9, ys.join());
});

test('corners are shares of all responses, from a half on', () => {
  const counts = densityCounts([
    [cellOf(0, 1), 3, cellOf(0.4, 0.5), 1],
    [cellOf(0.5, 0.49), 2, cellOf(1, 0.9), 4],
  ]);
  assert.deepEqual(
    CORNERS.map((corner) => [corner.id, cornerShare(counts, corner)]),
    [
      ['wrong-high', 0.4],
      ['right-high', 0.4],
      ['wrong-low', 0],
      ['right-low', 0.2],
    ],
  );
  assert.equal(cornerShare(densityCounts([]), CORNERS[0]), null);
  const svg = densityChart({ name: 'd', title: 'D', panels: [{ label: '<b>', index: 0, counts }] }, FILE_LOOK).text;
  assert.equal((svg.match(/fill-opacity/g) ?? []).length, 4);
  assert.match(svg, />40.0 %</);
  assert.ok(svg.includes('&lt;b&gt;') && !svg.includes('<b>'));
});
