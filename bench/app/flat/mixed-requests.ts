/** Everything that pages ask an engine, in turn, with what goes wrong in between: readers that leave, requests that are refused, files sent in part. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { clientOf } from '../../../test/setup/with-engine.ts';

interface Asked {
  readonly client: ReturnType<typeof clientOf>;
  readonly url: string;
  readonly token: string;
  readonly home: string;
}

/** Requests that take a process or a file, of which one in so many is enough. */
const RARE = 40;

/** Makes the function that sends so many requests, four at a time; one in `rarely` is of those that take a process or a file. */
export function mixedRequests({ client, url, token }: Asked): (count: number, rarely?: number) => Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  const get = async (path: string, more: Record<string, string> = headers) => {
    const answer = await fetch(`${url}${path}`, { headers: more });
    await answer.arrayBuffer();
  };
  let at = 0;
  const study = async () => {
    const { studies } = await client.studies.list.query();
    return studies[at % studies.length]!;
  };
  const run = async () => {
    const runs = await client.runs.list.query({});
    return runs[at % runs.length]!;
  };
  const often: (() => Promise<unknown>)[] = [
    () => client.engine.status.query(),
    () => client.studies.list.query(),
    async () => client.studies.get.query({ id: (await study()).id }),
    async () => client.runs.get.query({ id: (await run()).id }),
    () => client.settings.get.query(),
    async () => client.runs.series.query({ runIds: [(await run()).id], metric: 'reward' }),
    async () => client.runs.events.query({ id: (await run()).id }),
    async () => client.runs.trust.query({ runIds: [(await run()).id] }),
    async () => client.responses.page.query({ filter: { studyId: (await study()).id } }),
    () => client.responses.page.query({ filter: { text: `blue ${at % 7}` } }),
    async () => client.responses.step.query({ runId: (await run()).id, step: 1 + (at % 20) }),
    async () => client.evaluations.ofRuns.query({ runIds: [(await run()).id] }),
    async () => client.whatIf.run.query({ id: (await run()).id, changes: { alpha: (at % 10) / 10 } }),
    async () => client.tables.get.query({ id: (await study()).id, draft: true }),
    () => client.trash.list.query(),
    () => client.notices.list.query({ limit: 50 }),
    async () => client.runs.note.mutate({ id: (await run()).id, notes: `note ${at}` }),
    async () => client.runs.log.query({ id: (await run()).id }),
    () => client.data.questions.query({ source: 'embedded', offset: at % 1000 }),
    () => get(`/image?question=chart/test/${String(at % 1000).padStart(6, '0')}&size=224`),
    () => get('/'),
    () => get('/nowhere'),
    () => get('/api/engine.status', {}), // nobody's
    () => get('/api/engine.status', { ...headers, Origin: 'http://elsewhere.test' }),
    () => client.runs.get.query({ id: 999_999 }),
    () => client.studies.start.mutate({ yaml: 'name: [', where: 'x' }),
    () => left('/api/live?input=%7B%22cursor%22%3A0%7D', 'GET'),
    () => left('/upload?batch=abcdefgh12&path=a.txt&at=0', 'POST'),
  ];
  const rare: (() => Promise<unknown>)[] = [
    async () => get(`/archive?study=${(await study()).id}&checkpoints=last`),
    async () => left(`/archive?study=${(await study()).id}&checkpoints=all`, 'GET'),
    async () => client.logs.file.query({ id: (await run()).id, format: 'jsonl' }),
    async () => client.tables.file.query({ id: (await study()).id, format: 'csv' }),
    async () => client.reports.file.query({ id: (await study()).id }),
    async () => left('/archive', 'POST'),
  ];

  /** Begins a request and leaves in the middle of it. */
  function left(path: string, method: 'GET' | 'POST'): Promise<void> {
    return new Promise((resolve) => {
      const asked = request(`${url}${path}`, {
        method,
        headers: { ...headers, ...(method === 'POST' && { 'Content-Length': '100000' }) },
      });
      asked.on('error', () => {});
      asked.on('response', (answer) => answer.once('data', () => asked.destroy()));
      asked.on('close', () => resolve());
      if (method === 'POST') asked.write('PK half of a file');
      else asked.end();
      void sleep(60).then(() => asked.destroy());
    });
  }

  return async (count, rarely = RARE) => {
    const until = at + Math.round(count);
    const lane = async () => {
      while (at < until) {
        const number = at++;
        const ask = number % rarely === 0 ? rare[(number / rarely) % rare.length]! : often[number % often.length]!;
        await ask().catch(() => {}); // some are to be refused
      }
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
  };
}
