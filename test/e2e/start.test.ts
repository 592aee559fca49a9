import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newHome, said, start } from './command-line.ts';

test('start on an empty home runs the example study, prints its progress and its table; a second start finds the first', {
  timeout: 240_000,
}, async () => {
  const { home, remove } = newHome();
  const { child, ended } = start('start', '--no-open', '--home', home);
  const text = await said(child, /Study shortcut, hash/);
  assert.match(text, /Sophia Lab: http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n/);
  assert.match(text, /the example study is running/);
  assert.match(text, /full seed 0: finished/);
  assert.match(text, /\| GRPO \| /);
  const second = await start('start', '--no-open', '--home', home).ended;
  assert.equal(second.code, 0);
  assert.match(second.out, /already running: http:\/\/127/);
  child.kill('SIGINT');
  const { code } = await ended;
  assert.equal(code, 0);
  remove();
});

test('start that is stopped between two runs of the example prints no table of it and no error', {
  timeout: 240_000,
}, async () => {
  const { home, remove } = newHome();
  const { child, ended } = start('start', '--no-open', '--home', home);
  await said(child, /grpo seed 0: finished/);
  child.kill('SIGTERM');
  const { code, error } = await ended;
  assert.equal(code, 0);
  assert.doesNotMatch(error, /^sophia:/m);
  remove();
});

test('start on a home that is not empty runs nothing by itself', { timeout: 240_000 }, async () => {
  const { home, file, remove } = newHome({ steps: 2, seeds: '[0]' });
  await start('study', 'run', file, '--home', home).ended;
  const { child, ended } = start('start', '--no-open', '--home', home);
  const text = await said(child, /Ctrl-C ends it/);
  assert.doesNotMatch(text, /example/);
  child.kill('SIGTERM');
  assert.equal((await ended).code, 0);
  remove();
});
