/** Asks sophia_trl.check, in one process or in several, and compares what it says of given responses. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE } from '../../../../src/main/trainers/trl/environment/pinned-packages.ts';
import { freePort } from '../../../setup/real-server.ts';

/** The Python with TRL, and a folder with a run's files in `trl`. */
export interface Place {
  readonly python: string;
  readonly folder: string;
}

/** Losses that are compared. */
export const CASES = (['grpo', 'bnpo', 'dr_grpo', 'dapo'] as const).flatMap((lossType) =>
  [0, 0.04].flatMap((beta) =>
    (['token', 'sequence'] as const).map((importanceLevel) => ({ lossType, beta, importanceLevel })),
  ),
);

/** What sophia_trl.check makes of a request. */
export function checked({ python, folder }: Place, request: object): Record<string, unknown> {
  const file = join(folder, 'request.json');
  writeFileSync(file, JSON.stringify(request));
  const { stdout, stderr, status } = spawnSync(python, ['-m', 'sophia_trl.check', join(folder, 'trl'), file], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, PYTHONPATH: PACKAGE, PYTHONDONTWRITEBYTECODE: '1', SOPHIA_NODE: process.execPath },
  });
  assert.equal(status, 0, stderr.slice(-2000));
  return JSON.parse(stdout);
}

/** What the processes of a run of several make of a request between them, by rank. */
async function checkedBy({ python, folder }: Place, count: number, request: object): Promise<Answer[]> {
  const file = join(folder, 'request.json');
  writeFileSync(file, JSON.stringify(request));
  const port = await freePort();
  const answers = Array.from({ length: count }, async (_, rank) => {
    const child = spawn(python, ['-m', 'sophia_trl.check', join(folder, 'trl'), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...{ ...process.env, PYTHONPATH: PACKAGE, PYTHONDONTWRITEBYTECODE: '1', SOPHIA_NODE: process.execPath },
        ...{ RANK: `${rank}`, LOCAL_RANK: `${rank}`, WORLD_SIZE: `${count}`, LOCAL_WORLD_SIZE: `${count}` },
        ...{ MASTER_ADDR: '127.0.0.1', MASTER_PORT: `${port}` },
      },
    });
    let text = '';
    child.stdout.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0, `rank ${rank}`);
    return JSON.parse(text) as Answer;
  });
  return Promise.all(answers);
}

/** What sophia_trl.check says of responses; `step` in the first process alone. */
export interface Answer {
  readonly prompts: number[][];
  readonly advantages: number[];
  readonly step: { readonly rewards: number[]; readonly advantages: number[] };
  readonly losses: { readonly loss: number; readonly gradients: Record<string, number[]> }[];
}

/**
 * Two processes, each with half of the responses and so with parts of a group, weigh them as one does, and their gradients' mean is its gradient.
 * Not for bnpo, which divides by the tokens of each process's own micro-batch, in TRL as here.
 */
export async function agreeByHalves(place: Place, request: object, one: Answer): Promise<void> {
  const shared = CASES.map((own, i) => ({ own, i })).filter(({ own }) => own.lossType !== 'bnpo');
  const [first, second] = (await checkedBy(place, 2, { ...request, losses: shared.map(({ own }) => own) })) as [
    Answer,
    Answer,
  ];
  assert.deepEqual([...first.prompts, ...second.prompts], one.prompts);
  close(first.step.rewards, one.step.rewards, 1e-6, 'rewards of two workers');
  close([...first.advantages, ...second.advantages], one.advantages, 1e-6, 'advantages of two workers');
  for (const [at, { own, i }] of shared.entries()) {
    const name = `two workers, ${own.lossType}, beta ${own.beta}, ${own.importanceLevel}`;
    for (const [weight, values] of Object.entries(one.losses[i]!.gradients)) {
      const [a, b] = [first, second].map(({ losses }) => losses[at]!.gradients[weight]!) as [number[], number[]];
      close(
        a.map((value, k) => (value + b[k]!) / 2),
        values,
        1e-4,
        `${name}: ${weight}`,
      );
    }
  }
}

/** Values agree to `tolerance`, relative to the largest of them. */
export function close(got: readonly number[], expected: readonly number[], tolerance: number, what: string): void {
  assert.equal(got.length, expected.length, `${what}: how many`);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  const worst = got.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  assert.ok(worst <= tolerance * largest, `${what}: differs by ${worst}, largest ${largest}`);
}
