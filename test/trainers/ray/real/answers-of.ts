/** What a cluster answers, to be compared with what another does. */
import { once } from 'node:events';
import { request } from 'node:http';
import { TOKEN_VARIABLE } from './real-head.ts';

/** What a cluster says to requests that need nothing of it: statuses, and what a stop does to a job that waits. */
export async function answersOf(address: string): Promise<unknown> {
  const id = `t-${process.pid}`;
  const submit = (more: object) => ask(address, 'POST', '/api/jobs/', { entrypoint: 'sleep 1', ...more });
  const empty = { working_dir: 'gcs://_ray_pkg_none.zip' };
  const waiting = { submission_id: id, entrypoint_num_gpus: 1000, runtime_env: empty, metadata: { sophia_run: 'x' } };
  const answers = [
    await ask(address, 'GET', '/api/version', undefined, { Authorization: '' }),
    await ask(address, 'POST', '/api/jobs/', {}, { Authorization: 'Bearer wrong' }),
    await ask(address, 'GET', '/api/jobs/none'),
    await ask(address, 'GET', '/api/jobs/none/logs'),
    await ask(address, 'POST', '/api/jobs/none/stop'),
    await ask(address, 'DELETE', '/api/jobs/none'),
    await ask(address, 'GET', '/api/packages/gcs/_ray_pkg_none.zip'),
    await submit(waiting),
    await submit(waiting),
    await ask(address, 'DELETE', `/api/jobs/${id}`),
    await ask(address, 'POST', `/api/jobs/${id}/stop`),
    await ask(address, 'GET', `/api/jobs/${id}`),
    await ask(address, 'GET', `/api/jobs/${id}/logs`),
    await ask(address, 'GET', '/api/v0/logs/file?node_id=abc&filename=job-driver-x.log&lines=5'),
    await ask(address, 'POST', '/api/jobs/', { entrypoint: 'sleep 1' }, { 'Sec-Fetch-Mode': 'cors' }),
    await ask(address, 'POST', '/api/jobs/', { entrypoint: 'sleep 1' }, { 'User-Agent': 'Mozilla/5.0' }),
  ];
  return answers;
}

/** One request; what differs between two clusters that are the same is left out of its answer. */
async function ask(address: string, method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const all = {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${process.env[TOKEN_VARIABLE]}`,
    ...headers,
  };
  const given = Object.entries(all).filter(([, value]) => value !== '');
  const sent = request(`${address}${path}`, { method, headers: Object.fromEntries(given) });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const piece of answer) text += piece;
  if (answer.statusCode === 500) text = text.trim().split('\n').at(-2) ?? '';
  const told = text.startsWith('{') ? { ...JSON.parse(text), start_time: 0 } : text;
  return { status: answer.statusCode, told };
}
