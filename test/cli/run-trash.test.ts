/** `sophia run delete|restore` as a user types it. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { openStore } from '../../src/main/store/store.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { root } from '../setup/source-files.ts';
import { temporaryFolder } from '../store/helpers.ts';

const env = { ...process.env, SOPHIA_SKIP_TENSORFLOW: '1' };

test('a run goes to the trash and comes back once; one that is not in it is not restored', () => {
  const home = temporaryFolder();
  const store = openStore(home);
  store.addStudy(parseStudy('name: s\nvariants: [grpo]\nseeds: [0]\nbaseline: grpo\n', 's.yaml'));
  store.close();
  const command = (verb: string) => [path.join(root, 'bin/sophia'), 'run', verb, '1', '--home', home];
  const said = (verb: string) => execFileSync(process.execPath, command(verb), { env, encoding: 'utf8' });
  assert.match(said('delete'), /is in the trash/);
  assert.match(said('restore'), /restored/);
  const { status, stderr } = spawnSync(process.execPath, command('restore'), { env, encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /is not in the trash\.\n$/);
});
