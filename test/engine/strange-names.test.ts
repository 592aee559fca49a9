/** What a home may lie in and what may lie in a home: names that are no text, links to themselves and to nowhere, folders with breaks of lines. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { examineHome } from '../../src/main/services/examine-home.ts';
import { openStore } from '../../src/main/store/store.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { studyYaml, testEngine } from '../setup/with-engine.ts';
import { temporaryFolder } from '../store/helpers.ts';

const skip = process.platform === 'win32' ? 'such names cannot be made there' : false;
const STUDY = parseStudy(studyYaml({ seeds: '[0]', steps: 4, variants: '[full]' }), 'test');

test('a home lies in a folder of any name', { skip }, async () => {
  const base = temporaryFolder();
  for (const name of ['emoji 🦊', 'a\nb', '100%25?x=1#y', 'quote \' " `', 'trail ', '-dash', 'x'.repeat(200)]) {
    const engine = await testEngine({ home: join(base, name, 'home') });
    engine.engine.startStudy(STUDY);
    await engine.engine.queue.whenIdle();
    await engine.engine.store.backup('manual');
    await engine.stop();
    const reader = openStore(engine.home, { readonly: true });
    assert.deepEqual([name, reader.listRuns().map(({ state }) => state)], [name, ['finished']]);
    reader.close();
  }
});

test('whatever lies in a home beside what the lab put there is in nobody’s way', { skip }, async () => {
  const home = join(temporaryFolder(), 'home');
  const first = await testEngine({ home });
  first.engine.startStudy(STUDY);
  await first.engine.queue.whenIdle();
  await first.stop();
  for (const folder of [
    '.',
    'runs',
    'runs/1',
    'runs/1/checkpoints',
    'datasets',
    'models',
    'backups',
    'evaluations',
    'uploads',
    'validation',
  ]) {
    mkdirSync(join(home, folder), { recursive: true });
    if (process.platform === 'linux')
      writeFileSync(Buffer.concat([Buffer.from(`${join(home, folder)}/`), Buffer.from([0x62, 0xe9, 0xff])]), 'x'); // no UTF-8
    for (const [name, to] of [
      ['loop', '..'],
      ['self', 'self'],
      ['gone', '/nowhere'],
    ] as const)
      symlinkSync(to, join(home, folder, name));
    writeFileSync(join(home, folder, 'new\nline 🦊'), 'x');
    mkdirSync(join(home, folder, 'a\\b'));
  }
  const { engine, client, stop } = await testEngine({ home });
  await engine.settled;
  assert.ok((await engine.diskUsage()).total > 0);
  assert.deepEqual(
    (await examineHome(engine.store)).findings.filter(({ harm }) => harm),
    [],
  );
  const models = await client.models.list.query();
  assert.match(models.find(({ name }) => name === 'self')?.problem ?? '', /self/, 'told in its own line');
  assert.ok(
    models.some(({ report }) => report !== null),
    'the others are listed',
  );
  await client.studies.trash.mutate({ id: 1 });
  assert.equal((await client.trash.empty.mutate()).items, 1);
  engine.startStudy(STUDY);
  await engine.queue.whenIdle();
  assert.deepEqual(
    engine.store.listRuns().map(({ state }) => state),
    ['finished'],
  );
  await stop();
});
