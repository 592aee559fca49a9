/** Studies that really train: alone, and with an endpoint that fails half of the time. Few and small, as each start loads TensorFlow. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Episode } from '../episode.ts';
import { REAL } from '../processes.ts';
import { playByCommand, referenceHome, type SoakStudy } from './study.ts';

const SMALL = `  training: { totalSteps: 6, checkpointEvery: 2, questionsPerStep: 2, numGenerations: 4 }
  evaluation: { every: 3, questions: 2 }
  generation: { maxCompletionLength: 24 }`;

const TRAINED: SoakStudy = {
  name: 'trained',
  yaml: `name: trained\nvariants: [full]\nseeds: [0]\nsettings:\n${SMALL}\n`,
  program: REAL,
  seconds: 25,
};

/** Training in TypeScript, killed. */
export const playTraining = (episode: Episode): Promise<void> => playByCommand(episode, TRAINED);

/** A judge over the network, whose answers depend on the question alone; `isFlaky` says whether it answers now. */
async function judge(isFlaky: () => number) {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const chance = isFlaky();
      if (chance < 0.05) return void request.socket.destroy();
      if (chance < 0.1) return void response.writeHead(503).end();
      if (chance < 0.13) return void response.writeHead(429, { 'retry-after': '1' }).end();
      if (chance < 0.16) return; // it hangs
      const tenth = (createHash('sha256').update(body).digest()[0] ?? 0) % 11;
      const content = `Score: ${(tenth / 10).toFixed(1)}`;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }] }));
    });
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

/** The same with a judge that fails: every answer comes in the end, so the results are those of one that never fails. */
export async function playEndpoint(episode: Episode): Promise<void> {
  let flaky = false;
  const { server, baseUrl } = await judge(() => {
    const chance = flaky ? Math.random() : 1;
    if (chance < 0.16) episode.count('endpoint fault');
    return chance;
  });
  const study: SoakStudy = {
    name: 'judged',
    yaml: `name: judged
variants: { judged: { base: full, reward: { thinking: endpoint } } }
seeds: [0]
settings:
${SMALL}
  reward: { endpoint: { baseUrl: "${baseUrl}", model: judge, apiKeyEnv: "", timeoutSeconds: 2, maxAttempts: 20, onFailure: pause } }
`,
    program: REAL,
    seconds: 25,
  };
  try {
    await referenceHome(episode, study);
    flaky = true;
    await playByCommand(episode, study);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
