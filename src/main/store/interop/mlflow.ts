/**
 * A run into an MLflow server by its REST API 2.0: experiment = study, run = run, parameters = settings, metrics step by step. What the
 * server does not accept is told in its own words. Deliberately absent: credentials of our own; what MLflow's client reads from the
 * environment (MLFLOW_TRACKING_TOKEN) is read here too.
 */
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { settingLeaves, valueAt } from '../../../shared/settings/setting-paths.ts';
import { type AnswerBounds, AnswerCutOff, readAnswer } from '../../model/remote/remote-answer.ts';
import type { ReadStore } from '../store.ts';
import { numbersOf, runSteps } from './run-steps.ts';

/** Limits of one log-batch request. */
const MOST_METRICS = 1000;
const MOST_PARAMS = 100;
const LONGEST_PARAM = 500;
const LONGEST_NAME = 250;
const TIMEOUT_MS = 30_000;
/** Its answers hold an id or a sentence; whatever is larger is not MLflow's. */
const BOUNDS: AnswerBounds = { mostBytes: 4 * 2 ** 20, quietMs: 10_000 };
const LONGEST_REASON = 300;

/** What its answers must hold. */
const CREATED = z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }) });
const FOUND_EXPERIMENT = z.object({ experiment: z.object({ experiment_id: z.string() }) });
const NEW_EXPERIMENT = z.object({ experiment_id: z.string() });
const ANYTHING = z.unknown();

/**
 * Sends a run. Returns the ids it got there. `bounds` of its answers: closer ones where a test wants them.
 * @throws SophiaError 'environment' when the server is not there, refuses, or is none.
 */
export async function sendToMlflow(
  store: ReadStore,
  runId: number,
  server: string,
  bounds: Partial<AnswerBounds> = {},
) {
  const run = store.run(runId);
  const call = caller(server, { ...BOUNDS, ...bounds });
  const experimentId = await experiment(call, run.study);
  const created = await call(CREATED, 'POST', 'runs/create', {
    experiment_id: experimentId,
    run_name: run.name,
    start_time: run.startedAt ?? run.createdAt,
    tags: [
      { key: 'variant', value: run.variant },
      { key: 'sophia.config_hash', value: run.configHash },
      ...(run.weightsHash === null ? [] : [{ key: 'sophia.weights_hash', value: run.weightsHash }]),
    ],
  });
  const { run_id } = created.run.info;
  const end = async (status: 'FINISHED' | 'FAILED' | 'KILLED') =>
    await call(ANYTHING, 'POST', 'runs/update', {
      run_id,
      status,
      end_time: run.finishedAt ?? run.updatedAt ?? run.createdAt,
    });
  try {
    const sent = await sendRows(call, store, runId, run_id);
    await end(run.state === 'finished' ? 'FINISHED' : run.state === 'failed' ? 'FAILED' : 'KILLED');
    return { experimentId, runId: run_id, ...sent };
  } catch (error) {
    await end('FAILED').catch(() => {}); // the first failure is the one to tell; a run left RUNNING would never end there
    throw error;
  }
}

/** Settings and metrics in as few requests as the server takes. `renamed`: metrics whose names MLflow does not allow, theirs to its. */
async function sendRows(call: Call, store: ReadStore, runId: number, run_id: string) {
  const run = store.run(runId);
  const params = settingLeaves().flatMap(({ path }) => {
    const value = valueAt(run.settings, path);
    if (value === undefined) return [];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return [{ key: path, value: text.slice(0, LONGEST_PARAM) }];
  });
  for (const part of parts(params, MOST_PARAMS))
    await call(ANYTHING, 'POST', 'runs/log-batch', { run_id, params: part });
  const allowed = allowedNames();
  const metrics = runSteps(store, runId).flatMap(({ step, seconds, metrics }) =>
    Object.entries(numbersOf(metrics)).map(([name, value]) => ({
      key: allowed.nameOf(name),
      value,
      step,
      timestamp: Math.round((seconds ?? 0) * 1000),
    })),
  );
  for (const part of parts(metrics, MOST_METRICS))
    await call(ANYTHING, 'POST', 'runs/log-batch', { run_id, metrics: part });
  return { params: params.length, metrics: metrics.length, renamed: allowed.renamed() };
}

/** Names as MLflow allows them: letters, digits and _-. :/ in a plain relative path. verl writes "@" as "_at_"; two that fall together are told apart. */
function allowedNames() {
  const given = new Map<string, string>();
  const taken = new Set<string>();
  return {
    nameOf(name: string): string {
      const known = given.get(name);
      if (known !== undefined) return known;
      const plain = name
        .replaceAll('@', '_at_')
        .replace(/[^\p{L}\p{N}_\-. :/]/gu, '_')
        .replace(/[^\x20-\x7e]/g, '_')
        .split('/')
        .filter((part) => part !== '' && part !== '.' && part !== '..')
        .join('/')
        .slice(0, LONGEST_NAME);
      let free = plain === '' ? 'metric' : plain;
      for (let i = 2; taken.has(free); i++) free = `${plain.slice(0, LONGEST_NAME - 4)}_${i}`;
      given.set(name, free);
      taken.add(free);
      return free;
    },
    renamed: (): Record<string, string> => Object.fromEntries([...given].filter(([name, allowed]) => name !== allowed)),
  };
}

type Call = <T extends z.ZodType>(
  schema: T,
  method: 'GET' | 'POST',
  path: string,
  data: Record<string, unknown>,
) => Promise<z.output<T>>;

/** There is none of this name. */
class NotThere extends SophiaError {}

async function experiment(call: Call, name: string): Promise<string> {
  try {
    const found = await call(FOUND_EXPERIMENT, 'GET', 'experiments/get-by-name', { experiment_name: name });
    return found.experiment.experiment_id;
  } catch (error) {
    if (!(error instanceof NotThere)) throw error;
    return (await call(NEW_EXPERIMENT, 'POST', 'experiments/create', { name })).experiment_id;
  }
}

function caller(server: string, bounds: AnswerBounds): Call {
  const base = `${server.replace(/\/+$/, '')}/api/2.0/mlflow/`;
  const token = process.env.MLFLOW_TRACKING_TOKEN;
  const headers = { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  return async (schema, method, path, data) => {
    const query = method === 'GET' ? `?${new URLSearchParams(data as Record<string, string>)}` : '';
    const { response, text } = await answered(`${base}${path}${query}`, server, bounds, {
      method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(method === 'POST' && { body: JSON.stringify(data) }),
    });
    if (!response.ok) {
      const Refusal = response.status === 404 ? NotThere : SophiaError;
      throw new Refusal('environment', `MLflow refused ${path} (${response.status}): ${reasonIn(text)}.`);
    }
    const read = schema.safeParse(jsonOf(text));
    if (read.success) return read.data;
    throw new SophiaError(
      'environment',
      `${server} answers ${path} with something else than MLflow does.`,
      "Give the address of MLflow's tracking server itself.",
    );
  };
}

/** One request with its answer read to the end. */
async function answered(
  url: string,
  server: string,
  bounds: AnswerBounds,
  init: RequestInit,
): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(url, init);
    return { response, text: await readAnswer(response.body, bounds) };
  } catch (error) {
    if (error instanceof AnswerCutOff)
      throw new SophiaError('environment', `${server} is no MLflow server: ${error.message}.`, 'Check the address.');
    throw new SophiaError('environment', `No MLflow server answers at ${server}.`, 'Check the address.', {
      cause: error,
    });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonIn(text: string): string {
  const told = z.object({ message: z.string() }).safeParse(jsonOf(text));
  return (told.success ? told.data.message : text).slice(0, LONGEST_REASON).replaceAll('\n', ' ');
}

function parts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
