/** A study that is begun and gone on with until it is finished, by the command line alone or through a server, while everything happens to it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { clientOf } from '../../setup/with-engine.ts';
import { alterCheckpoint } from '../alter-checkpoint.ts';
import type { Episode } from '../episode.ts';
import { FAKE, type Program, signal, start, workers } from '../processes.ts';
import { runStates, studyContent } from '../rows.ts';

/** Rounds after which a study that does not end counts as a hang. */
const MOST_ROUNDS = 100;
const CLOCK = fileURLToPath(new URL('../clock-jump.mjs', import.meta.url));

/** A study, its text, and the command line that runs it. */
export interface SoakStudy {
  readonly name: string;
  readonly yaml: string;
  readonly program: string;
  readonly seconds: number; // about how long one start of it goes on, undisturbed
}

const yaml = (name: string, seeds: string) => `name: ${name}
settings:
  model: { policy: "fake:ms=30" }
  training: { totalSteps: 60, questionsPerStep: 2, numGenerations: 4 }
variants: [grpo, full]
seeds: ${seeds}
`;
/** Four runs of sixty steps. */
export const SOAKED: SoakStudy = { name: 'soaked', yaml: yaml('soaked', '[0, 1]'), program: FAKE, seconds: 3 };
/** Another, for archives. */
export const OTHER: SoakStudy = { name: 'other', yaml: yaml('other', '[5, 6]'), program: FAKE, seconds: 3 };

/** A home in which a study was finished, undisturbed, made once a soak; beside it the study's archive NAME.zip. */
export async function referenceHome(episode: Episode, study: SoakStudy): Promise<string> {
  const home = episode.shared(`reference-${study.name}`);
  if (existsSync(`${home}.zip`)) return home;
  mkdirSync(home, { recursive: true });
  const file = join(home, 'study.yaml');
  writeFileSync(file, study.yaml);
  const log = episode.shared('reference.log');
  const runs = [
    ['study', 'run', file, '--resume', '--parallel', '2', '--home', home],
    ['study', 'archive', study.name, '--out', `${home}.zip`, '--home', home],
  ];
  for (const args of runs) {
    const code = await start(study.program, args, { log }).ended;
    if (code !== 0)
      throw new Error(`The reference of ${study.name} cannot be made: ${args[1]} ended with ${code}, see ${log}.`);
  }
  return home;
}

/** Compares what a study wrote here with the reference. */
export function compare(episode: Episode, study: SoakStudy, reference: string): void {
  const [wanted, found] = [studyContent(reference, study.name), studyContent(episode.home, study.name)];
  if (wanted !== found) episode.problem(`${study.name}: wanted ${wanted}\nfound ${found}`, 'difference');
}

/** The study by `study run --resume`, again and again. */
export const playStudy = (episode: Episode): Promise<void> => playByCommand(episode, SOAKED);

/** The same for any study. */
export async function playByCommand(
  episode: Episode,
  study: SoakStudy,
  environment: NodeJS.ProcessEnv = {},
): Promise<void> {
  const reference = await referenceHome(episode, study);
  mkdirSync(episode.home, { recursive: true });
  const file = join(episode.home, 'study.yaml');
  writeFileSync(file, study.yaml);
  const args = ['study', 'run', file, '--resume', '--parallel', '2', '--json', '--home', episode.home];
  for (let round = 0; !isFinished(episode, study); round++) {
    if (round === MOST_ROUNDS) return episode.problem(`${study.name} is not finished after ${round} starts`, 'hang');
    const harm = episode.pick(HARMS);
    const undo = harm === 'altered file' ? alterCheckpoint(episode, study.name) : null;
    const more = environmentFor(episode, harm);
    const program = episode.start(study.program, args, { ...environment, ...more });
    // Most once runs are under way, some in the middle of the start, which takes long on a machine with much to do.
    if (episode.draw() < 0.7) await episode.until(() => workers(program.pid).length > 0, program, 60_000);
    await sleep(1000 * episode.draw(0.3, study.seconds));
    await disturb(episode, program, harm, 'study run');
    undo?.();
  }
  await episode.run(study.program, ['study', 'list', '--json', '--home', episode.home]);
  compare(episode, study, reference);
  await settle(episode, study.program);
}

/** A clean start and end of an engine, and a look at the home. */
export async function settle(episode: Episode, program = FAKE): Promise<void> {
  const server = await serve(episode, program);
  if (server !== null) {
    await sleep(300); // what was left is removed beside the start
    signal(server.program.pid, 'SIGTERM');
    const code = await episode.over(server.program, 'serve, asked to end,');
    if (code !== 0) episode.problem(`serve, asked to end, ended with ${code}`);
  }
  episode.checkHome();
}

const HARMS = [
  ...(['group', 'group', 'group', 'engine', 'engine', 'engine', 'worker', 'worker', 'stopped'] as const),
  ...(['altered file', 'clock', 'full disk', 'asked to end'] as const),
];
type Harm = (typeof HARMS)[number];

function environmentFor(episode: Episode, harm: Harm): NodeJS.ProcessEnv {
  if (harm === 'clock') {
    episode.count('clock jump');
    return { NODE_OPTIONS: `--import=${CLOCK}`, SOAK_JUMP: String(Math.round(episode.draw(-4e9, 4e9))) };
  }
  return harm === 'full disk' ? (episode.fullDisk() ?? {}) : {};
}

/** Does what was chosen to a program that works, and sees to it that it is gone. */
async function disturb(episode: Episode, program: Program, harm: Harm, what: string): Promise<void> {
  if (program.hasEnded()) return;
  if (harm === 'stopped') {
    const pid = episode.pick([program.pid, ...workers(program.pid)]);
    if (signal(pid, 'SIGSTOP')) episode.count('SIGSTOP');
    await sleep(1000 * episode.draw(0.3, 2.5));
    signal(pid, 'SIGCONT');
    await sleep(1000 * episode.draw(0, 1));
    episode.kill(-program.pid, 'group');
  } else if (harm === 'full disk') {
    writeFileSync(episode.flag, '');
    episode.count('full disk');
    await sleep(1000 * episode.draw(0.3, 2));
    if (episode.draw() < 0.5) episode.kill(program.pid, 'engine, disk full');
    episode.unfill();
    signal(program.pid, 'SIGTERM');
    await episode.over(program, `${what} on a full disk`);
  } else if (harm === 'asked to end') {
    signal(program.pid, episode.pick(['SIGTERM', 'SIGHUP', 'SIGINT'] as const));
    episode.count('asked to end');
    const code = await episode.over(program, `${what}, asked to end,`);
    // One that is still starting listens for nothing yet and ends by the signal.
    if (typeof code === 'number' && code !== 130 && code !== 0)
      episode.problem(`${what}, asked to end, ended with ${code}`);
  } else if (harm === 'worker') {
    const [worker] = workers(program.pid);
    if (worker !== undefined) episode.kill(worker, 'worker');
    else episode.kill(-program.pid, 'group');
    await sleep(300);
    if (episode.draw() < 0.6) episode.kill(program.pid, 'engine');
    else signal(program.pid, 'SIGTERM');
  } else episode.kill(harm === 'engine' ? program.pid : -program.pid, harm === 'engine' ? 'engine' : 'group');
  await episode.over(program, `${what} after ${harm}`);
  await episode.noOrphans(harm);
}

function isFinished(episode: Episode, study: SoakStudy): boolean {
  const states = runStates(episode.home, study.name);
  return states.length > 0 && states.every(({ state }) => state === 'finished');
}

/** A server on the episode's home, and a client; null where it did not come up. */
export async function serve(episode: Episode, file = FAKE, environment: NodeJS.ProcessEnv = {}) {
  const program = episode.start(file, ['serve', '--json', '--parallel', '2', '--home', episode.home], environment);
  let text = '';
  program.child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  if (!(await episode.until(() => text.includes('\n'), program, 120_000))) {
    const code = await episode.over(program, 'serve');
    episode.problem(`serve did not come up (${code})`);
    return null;
  }
  const { url, token } = JSON.parse(text) as { url: string; token: string };
  return { program, url, token, client: clientOf(url, token) };
}

/** The study through a server, while archives come and go and the trash is emptied beside it. */
export async function playServed(episode: Episode): Promise<void> {
  const reference = await referenceHome(episode, SOAKED);
  const archive = `${await referenceHome(episode, OTHER)}.zip`;
  mkdirSync(episode.home, { recursive: true });
  for (let round = 0; !isFinished(episode, SOAKED); round++) {
    if (round === MOST_ROUNDS) return episode.problem(`not finished after ${round} starts`, 'hang');
    const server = await serve(episode);
    if (server === null) return;
    const { program, client, url, token } = server;
    const asking = { headers: { Authorization: `Bearer ${token}` } };
    const go = async () => {
      const { studies } = await client.studies.list.query();
      const known = studies.find(({ name }) => name === SOAKED.name);
      if (known === undefined) await client.studies.start.mutate({ yaml: SOAKED.yaml });
      else await client.studies.resume.mutate({ id: known.id });
      return { other: studies.find(({ name }) => name === OTHER.name)?.id, own: known?.id };
    };
    const { other, own } = await go();
    for (let kills = Math.floor(episode.draw(0, 4)); kills > 0; kills--) {
      await sleep(1000 * episode.draw(0.4, 1.5));
      const found = workers(program.pid);
      if (found.length > 0) episode.kill(episode.pick(found), 'worker');
      await sleep(150);
      await go();
    }
    await episode.until(() => workers(program.pid).length > 0, program, 10_000);
    await sleep(1000 * episode.draw(0.2, 1));
    const beside = episode.pick(['nothing', 'import', 'archive', 'trash'] as const);
    const work: Promise<unknown>[] = [];
    if (beside === 'import' && other === undefined)
      work.push(fetch(`${url}/archive`, { ...asking, method: 'POST', body: readFileSync(archive) }));
    else if (beside === 'archive' && own !== undefined)
      work.push(fetch(`${url}/archive?study=${own}&checkpoints=all`, asking).then((answer) => answer.arrayBuffer()));
    else if (beside === 'trash' && other !== undefined) {
      await client.studies.trash.mutate({ id: other });
      work.push(client.trash.empty.mutate());
    }
    for (const one of work) one.catch(() => {}); // the server is killed meanwhile
    await sleep(1000 * (work.length > 0 ? episode.draw(0, 0.5) : episode.draw(0, 1.5)));
    const during = work.length > 0 ? `, during ${beside}` : '';
    if (episode.draw() < 0.5) episode.kill(-program.pid, `group${during}`);
    else episode.kill(program.pid, `engine${during}`);
    await episode.over(program, 'serve after a kill');
    await episode.noOrphans('a kill of the server');
  }
  compare(episode, SOAKED, reference);
  if (runStates(episode.home, OTHER.name).length === 4) compare(episode, OTHER, episode.shared('reference-other'));
  await settle(episode);
}
