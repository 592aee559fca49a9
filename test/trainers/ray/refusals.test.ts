/** What a study on a cluster is refused for: one line with the fix, and nothing is added or submitted. */
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import type { Cluster } from '../../../src/shared/settings/cluster.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { plainStudy } from '../trl/plain/plain-python.ts';
import { Lab } from './lab.ts';

let lab: Lab;
afterEach(() => lab.end());
const on = { timeout: 120_000, skip: process.platform === 'win32' && "the fake's jobs are POSIX ones" };

async function refused(line: RegExp, more: Partial<Cluster> = {}, study = plainStudy(), name = 'lab'): Promise<void> {
  if (Object.keys(more).length > 0) {
    const [cluster] = lab.engine.settings().clusters;
    lab.engine.changeSettings({ clusters: [{ ...cluster!, ...more }] });
  }
  await assert.rejects(lab.engine.startStudyOn(name, parseStudy(study, 'test'), study), line);
  assert.equal(lab.engine.store.listStudies().length, 0);
  assert.equal(lab.fake.trained.length, 0);
}

test('what the lab asks for and the cluster lacks', on, async () => {
  lab = await Lab.start();
  await refused(/Cluster lab: it has 2 GPUs and a run asks for 4\. Change that by/, { gpus: 4 });
  await refused(/its Python lacks .*trl.*\. Install them there, or let Ray do it: --packages pip\./, {
    gpus: 0,
    packages: 'cluster',
  });
  lab.fake.environment.FAKE_BLIND = '1';
  await refused(
    /node .* does not see what another wrote to .*storage\. Name a folder with --storage that all nodes share\./,
    { packages: 'pip' },
  );
  delete lab.fake.environment.FAKE_BLIND;
  await refused(/the storage \/proc\/nowhere cannot be written/, { storage: '/proc/nowhere' });
});

test('names, trainers, addresses and tokens', on, async () => {
  lab = await Lab.start();
  await refused(/This home has no cluster "labs"\. Did you mean "lab"\?/, {}, plainStudy(), 'labs');
  const native = plainStudy().replace('trainer: trl', 'trainer: native');
  await refused(/Trainer native runs on this machine only, not on cluster lab\. Add --set trainer=trl/, {}, native);
  lab.fake.token = 'secret';
  await refused(/Cluster lab wants a token \(401\)/);
  lab.fake.token = null;
  await refused(/does not answer at http:\/\/127\.0\.0\.1:9 /, { address: 'http://127.0.0.1:9' });
});

test(
  'workers: what the cluster has not for all of them, what does not divide, what is not on a cluster',
  on,
  async () => {
    lab = await Lab.start();
    const study = (workers: number) => plainStudy().replace('training: {', `training: { workers: ${workers},`);
    await refused(/it has 2 GPUs and a run asks for 4\. Change that/, { gpus: 1 }, study(4));
    await refused(
      /training\.workers = 3 cannot be had with trainer trl: .* 8 responses, which it does not divide/,
      {},
      study(3),
    );
    const here = study(2);
    assert.throws(
      () => lab.engine.startStudy(parseStudy(here, 'test'), here),
      /training\.workers = 2 needs a cluster: a run on this machine is one process\. Use `study run --on CLUSTER`/,
    );
    assert.throws(
      () => parseStudy(here.replace('trainer: trl', 'trainer: native'), 'test'),
      /training\.workers = 2 means nothing to trainer native\. Leave it out, or use trainer trl\./,
    );
  },
);

test('a cluster whose python does not run', on, async () => {
  lab = await Lab.start();
  chmodSync(`${lab.fake.folder}/bin/python`, 0o644);
  lab.fake.environment.PATH = `${lab.fake.folder}/bin`;
  await refused(
    /A job of the program failed on the cluster: .*python.*\. It needs a `python` of 3\.11 or newer there\./,
  );
});

test('a run that fits no node, though all nodes together have as much', on, async () => {
  lab = await Lab.start({ cpus: 6 });
  lab.fake.environment.FAKE_NODES = JSON.stringify([{ CPU: 4 }, { CPU: 4 }]);
  await refused(/Cluster lab: its largest node has 4 CPUs and a run asks for 6\. Change that by `sophia cluster add/);
});

test('a node that leaves while it is asked is none of the cluster’s any more', on, async () => {
  lab = await Lab.start();
  Object.assign(lab.fake.environment, { FAKE_NODES: JSON.stringify([{ CPU: 4 }, { CPU: 4 }]), FAKE_GONE: '1' });
  const { nodes, problems } = await lab.engine.checkCluster('lab');
  assert.deepEqual([nodes, problems], [1, []]);
});
