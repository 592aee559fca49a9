/** A run on the fake cluster of the tests, while engines are killed and the cluster is away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Lab, oneRun, rowsThere, undisturbed } from '../../trainers/ray/lab.ts';
import type { Episode } from '../episode.ts';
import { runStates } from '../rows.ts';

const ENGINE = fileURLToPath(new URL('../../trainers/ray/engine-to-kill.ts', import.meta.url));
const STEPS = 12;
const MOST_ROUNDS = 20;
let whole: Awaited<ReturnType<typeof undisturbed>> | undefined;

/** The run, until it is finished. */
export async function playCluster(episode: Episode): Promise<void> {
  whole ??= await undisturbed(STEPS);
  const lab = await Lab.start();
  Object.assign(lab.fake.environment, { PLAIN_SECONDS: '0.5' });
  await lab.engine.close();
  try {
    for (let round = 0; runStates(lab.home).every(({ state }) => state !== 'finished'); round++) {
      if (round === MOST_ROUNDS) return episode.problem(`the run is not finished after ${round} engines`, 'hang');
      if (episode.draw() < 0.3) {
        lab.fake.faults.away = true;
        episode.count('cluster away');
      }
      const program = episode.start(ENGINE, [lab.home, ...(round === 0 ? [oneRun(STEPS)] : [])]);
      if (round === 0) {
        lab.fake.faults.away = false;
        await episode.until(() => runStates(lab.home).length > 0 && lab.fake.jobs.size > 0, program, 60_000);
      }
      await sleep(1000 * episode.draw(1, 5));
      lab.fake.faults.away = false;
      await sleep(1000 * episode.draw(0, 1));
      episode.kill(program.pid, 'engine, on a cluster');
      await episode.over(program, 'an engine after a kill');
    }
    lab.open();
    await lab.engine.queue.whenIdle();
    const rows = rowsThere(lab.engine.store);
    if (JSON.stringify(rows) !== JSON.stringify(whole)) episode.problem('rows of the cluster run differ', 'difference');
    if (lab.fake.trained.length !== 1)
      episode.problem(`the run was submitted ${lab.fake.trained.length} times`, 'difference');
  } finally {
    await lab.end().catch((error: Error) => episode.problem(`the lab does not end: ${error.message}`));
  }
}
