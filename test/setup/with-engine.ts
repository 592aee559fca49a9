/** A real engine with its server on a home of its own and the fake trainer, for tests of everything above the jobs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import type { AppRouter } from '../../src/main/api/router.ts';
import { type StartedEngine, type StartOptions, startEngine } from '../../src/main/engine/start-engine.ts';
import { FAKE_PARTS } from '../trainers/fake/fake-trainer.ts';

/** A study of the fake trainer: small, two variants. `script` is described in test/trainers/fake/fake-training.ts. */
export function studyYaml({
  name = 'fake',
  script = 'fake',
  steps = 8,
  seeds = '[0, 1]',
  variants = '[grpo, full]',
} = {}): string {
  return `name: ${name}
description: Made for a test.
settings:
  model: { policy: "${script}" }
  training: { totalSteps: ${steps}, questionsPerStep: 2, numGenerations: 4 }
variants: ${variants}
seeds: ${seeds}
`;
}

export interface TestEngine extends StartedEngine {
  readonly home: string;
  readonly client: ReturnType<typeof clientOf>;
  /** Stops the engine and removes its home. */
  end(): Promise<void>;
}

/** Starts an engine on an empty home, or on `home`. */
export async function testEngine(options: Partial<StartOptions> = {}): Promise<TestEngine> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'sophia-engine-'));
  const started = await startEngine({ ...FAKE_PARTS, graceMs: 2000, parallel: 2, ...options, home });
  return {
    ...started,
    home,
    client: clientOf(started.url, started.token),
    async end() {
      await started.stop();
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The page's client, with a token of choice. */
export function clientOf(url: string, token: string) {
  const headers = { Authorization: `Bearer ${token}` };
  const withToken = (input: string | URL | Request, init?: RequestInit) =>
    fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), ...headers } });
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({
          url: `${url}/api`,
          EventSource,
          eventSourceOptions: () => ({ fetch: withToken }),
        }),
        false: httpLink({ url: `${url}/api`, headers }),
      }),
    ],
  });
}
