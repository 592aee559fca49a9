/** The soak itself: that it finds what is wrong, and that an episode of it goes through. The campaign is `npm run soak`. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { Episode } from './episode.ts';
import { compare, OTHER, referenceHome, SOAKED } from './scenes/study.ts';

const skip = process.platform === 'linux' ? false : 'looks for processes in /proc';
const folder = mkdtempSync(join(tmpdir(), 'sophia-soak-test-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
const episode = () => new Episode({ folder, seed: 1, number: 0, scene: 'test', tally: {} });
const found = ({ problems }: Episode): string[] => [...problems];

describe('the soak', { skip }, () => {
  let reference: string;
  before(async () => {
    reference = await referenceHome(episode(), SOAKED);
    await referenceHome(episode(), OTHER);
  });

  test('finds one number that differs, a row that is missing, a file that was left and a process that goes on', async () => {
    const one = episode();
    cpSync(reference, one.home, { recursive: true });
    compare(one, SOAKED, reference);
    one.checkHome();
    assert.deepEqual(found(one), [], 'a copy is equal');
    const db = new Database(join(one.home, 'sophia.db'));
    db.prepare('UPDATE metrics SET value = value + 1e-12 WHERE run_id = 1 AND step = 7 AND value IS NOT NULL').run();
    compare(one, SOAKED, reference);
    assert.equal(found(one).length, 1);
    db.prepare('DELETE FROM responses WHERE id = 5').run();
    db.close();
    compare(one, SOAKED, reference);
    mkdirSync(join(one.home, '.import-Ab12Cd'));
    writeFileSync(join(one.home, 'a.part'), '');
    one.checkHome();
    const sleeper = fileURLToPath(new URL('./sleeper.mjs', import.meta.url));
    const program = one.start(sleeper, []);
    await one.until(() => program.child.connected, program, 300);
    await one.noOrphans('the test', 200);
    assert.deepEqual(
      found(one)
        .map((problem) => problem.split(':', 1)[0])
        .sort(),
      ['difference', 'difference', 'leftover', 'leftover', 'orphan'],
    );
    assert.equal(await program.ended, 'SIGKILL', 'and ends it');
  });

  test('plays an episode of archives, backups and restores, kills in it, and finds nothing', () => {
    const soak = fileURLToPath(new URL('./soak.ts', import.meta.url));
    const asked = ['--only', 'storage', '--episodes', '1', '--seed', '7', '--folder', folder];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', soak, ...asked],
      {
        timeout: 280_000,
      },
    );
    const said = `${stdout}${stderr}`;
    assert.equal(status, 0, said);
    assert.match(said, /episode 0 storage: \d+ kills/);
  });
});
