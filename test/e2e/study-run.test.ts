import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openStore } from '../../src/main/store/store.ts';
import { newHome, said, sophia, start } from './command-line.ts';

/** All rows that a run's training wrote, without times and ids. */
function rowsOf(home: string) {
  const { database } = openStore(home, { readonly: true });
  const all = (sql: string) => database.prepare(sql).raw().all();
  const rows = {
    metrics: all('SELECT variant, seed, step, name, value FROM v_metrics ORDER BY variant, seed, step, name'),
    responses: all(
      'SELECT variant, seed, step, question, sample, text, reward, advantage FROM v_responses ORDER BY variant, seed, step, question, sample',
    ),
    evaluations: all(
      'SELECT variant, seed, step, benchmark, accuracy FROM v_evaluations ORDER BY variant, seed, step, benchmark',
    ),
    weights: all('SELECT variant, seed, weights_hash FROM runs WHERE cut_from IS NULL ORDER BY variant, seed'),
  };
  database.close();
  return rows;
}

describe('study run', { concurrency: 2 }, () => {
  test('runs every variant and seed and prints the table', async () => {
    const { home, file, remove } = newHome({ steps: 4 });
    const { code, out, error } = await sophia('study', 'run', file, '--home', home, '--parallel', '2');
    assert.equal(code, 0, error);
    assert.match(out, /\| GRPO \| [*]*[\d.]+ ± [\d.]+/);
    assert.match(error, /full seed 1: finished/);
    const json = await sophia('study', 'run', file, '--home', home, '--json');
    assert.equal(JSON.parse(json.out).runs.length, 4, 'a finished study is not run again');
    remove();
  });

  test('kill -9 in the middle, then --resume: the same rows and weights as without', { timeout: 60_000 }, async () => {
    const study = { steps: 30, script: 'fake:ms=10', seeds: '[0]' };
    const killed = newHome(study);
    const whole = newHome(study);
    const first = start('study', 'run', killed.file, '--home', killed.home);
    await said(first.child, /grpo seed 0: step 21\/30/);
    first.child.kill('SIGKILL');
    assert.equal((await first.ended).signal, 'SIGKILL');
    const listed = await sophia('run', 'list', '--home', killed.home);
    assert.match(listed.out, / grpo +0 +interrupted +2\d\/30 /);
    assert.match(listed.out, / full +0 +interrupted +0\/30 /);
    const unasked = await sophia('study', 'run', killed.file, '--home', killed.home);
    assert.equal(unasked.code, 2);
    assert.match(unasked.error, /2 of its 2 runs are not finished. Add --resume/);
    const resumed = await sophia('study', 'run', killed.file, '--home', killed.home, '--resume');
    assert.equal(resumed.code, 0, resumed.error);
    assert.match(resumed.error, /grpo seed 0: resumed after step 20/);
    await sophia('study', 'run', whole.file, '--home', whole.home);
    assert.deepEqual(rowsOf(killed.home), rowsOf(whole.home));
    killed.remove();
    whole.remove();
  });

  test('run resume --from-step says what it cuts, keeps it as a branch, and ends with the rows and weights of a whole run', {
    timeout: 60_000,
  }, async () => {
    const study = { steps: 12, seeds: '[0]', variants: '[grpo]' };
    const failed = newHome({ ...study, script: 'fake:throw@10' });
    const whole = newHome(study);
    await sophia('study', 'run', failed.file, '--home', failed.home);
    const resume = (step: string) => sophia('run', 'resume', '1', '--from-step', step, '--home', failed.home);
    const unknown = await resume('5');
    assert.equal(unknown.code, 2);
    assert.match(unknown.error, /has no checkpoint of step 5\. On disk are those of step 4, 8\.\n$/);
    const resumed = await resume('4');
    assert.equal(resumed.code, 0, resumed.error);
    assert.match(resumed.error, /^Steps 5 to 10 leave \S+ and are kept as the branch \S+-cut-1, .*, one checkpoint\b/m);
    await sophia('study', 'run', whole.file, '--home', whole.home);
    assert.deepEqual(rowsOf(failed.home), rowsOf(whole.home));
    assert.match((await sophia('run', 'show', '1', '--home', failed.home)).out, /-cut-1: steps 5 to 10, cut off/);
    failed.remove();
    whole.remove();
  });

  test('Ctrl-C stops gracefully with exit code 130 and the study can go on', async () => {
    const { home, file, remove } = newHome({ steps: 400, script: 'fake:ms=20', seeds: '[0]' });
    const { child, ended } = start('study', 'run', file, '--home', home);
    await said(child, /step 40\/400/);
    child.kill('SIGINT');
    child.kill('SIGTERM'); // the same wish, passed on twice
    const { code, error } = await ended;
    assert.equal(code, 130, error);
    assert.match(error, /Stopped. Continue with --resume./);
    remove();
  });

  test('a run that fails gives exit code 1, its reason, and the table of the others', async () => {
    const { home, file, remove } = newHome({ script: 'fake:throw@3', seeds: '[0]' });
    const { code, error, out } = await sophia('study', 'run', file, '--home', home);
    assert.equal(code, 1);
    assert.match(error, /Loss is NaN at step 3/);
    assert.match(out, /†/);
    remove();
  });

  test('the same training under two names is refused; a built-in variant under another name is pointed out', async () => {
    const twice = newHome({ variants: '[full, { mine: { base: full, reward: { alpha: 0.3 } } }]', seeds: '[0]' });
    const refused = await sophia('study', 'run', twice.file, '--home', twice.home);
    assert.equal(refused.code, 2);
    assert.match(refused.error, /variant "mine" trains exactly as "full", so each of its runs would run twice\./);
    assert.match(refused.error, /salt: 1/);
    assert.equal(rowsOf(twice.home).weights.length, 0);
    twice.remove();
    const known = newHome({ variants: '[grpo, { mine: { base: full, reward: { trust: none } } }]', seeds: '[0]' });
    const run = await sophia('study', 'run', known.file, '--home', known.home);
    assert.equal(run.code, 0, run.error);
    assert.match(run.error, /variant "mine" is the same as the built-in "wo-trust"/);
    known.remove();
  });

  test('bad input is one line and exit code 2, with nothing stored', async () => {
    const { home, file, remove } = newHome();
    for (const [args, line] of [
      [['--set', 'reward.alfa=1'], /Unknown setting "reward.alfa". Did you mean "reward.alpha"\?/],
      [['--set', 'reward.alpha=99'], /reward.alpha = 99 is not allowed: a number from 0 to 10/],
      [['--seeds', '0,x'], /comma-separated whole numbers/],
      [['--backend', 'cuda'], /auto, tensorflow, wasm/],
      [['--parallel', '0'], /whole number from 1/],
    ] as const) {
      const { code, error } = await sophia('study', 'run', file, '--home', home, ...args);
      assert.equal(code, 2, error);
      assert.match(error, line);
      assert.equal(error.trim().split('\n').length, 1, error);
    }
    const missing = await sophia('study', 'run', `${file}.no`, '--home', home);
    assert.equal(missing.code, 2);
    const ending = await sophia('table', 'fake', '--out', `${home}/table.pdf`, '--home', home);
    assert.equal(ending.code, 2);
    assert.match(ending.error, /is not a known format. Use .csv, .md, .tex, .xlsx, .json, or give --format./);
    remove();
  });

  test('an engine that has the home is named, and run stop and run resume go through it', {
    timeout: 60_000,
  }, async () => {
    const { home, file, remove } = newHome({ steps: 2000, script: 'fake:ms=10', seeds: '[0]', variants: '[grpo]' });
    const first = start('study', 'run', file, '--home', home);
    await said(first.child, /started/);
    const second = await sophia('study', 'run', file, '--home', home, '--resume');
    assert.equal(second.code, 1);
    assert.match(second.error, /in use by another engine/);
    assert.match(
      (await sophia('run', 'stop', '1', '--home', home)).error,
      /No engine is running/,
      'study run has no server',
    );
    first.child.kill('SIGINT');
    await first.ended;
    const served = start('serve', '--home', home, '--json');
    const { url } = JSON.parse(await said(served.child, /\}\n/));
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match((await sophia('run', 'resume', '1', '--home', home)).out, /queued/);
    assert.match((await sophia('run', 'stop', '1', '--home', home)).out, /stopping/);
    assert.match((await sophia('run', 'stop', 'nobody', '--home', home)).error, /There is no run "nobody"/);
    const taken = await sophia('serve', '--home', `${home}/other`, '--port', new URL(url).port);
    assert.equal(taken.code, 1);
    assert.match(
      taken.error,
      /^sophia: Port \d+ of 127.0.0.1 is used by another program. Choose another with --port.\n$/,
    );
    served.child.kill('SIGINT');
    assert.equal((await served.ended).code, 0);
    remove();
  });
});
