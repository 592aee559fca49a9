/** Which events of runs are worth a notice, and in what words. Plain look-ups: nothing is sent here. */
import type { Notice } from '../../../shared/app/notices.ts';
import { isUnforeseen } from '../../jobs/run-end.ts';
import type { EventRow, RunDetail } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';

/** Metrics that tell whether an endpoint answers. */
export const WATCHED_METRICS = ['thinking/failures', 'thinking/asked'] as const;

/** Share of a step's thinking scores that must fail for the endpoint to be called failing. */
const FAILING = 0.5;

interface Point {
  readonly runId: number;
  readonly metric: string;
  readonly step: number;
  readonly value: number | null;
}

/** The notices of some events, oldest first. */
export function noticesOfEvents(store: Store, events: readonly EventRow[]): Notice[] {
  return events.flatMap((event): Notice[] => {
    if (!['alert', 'state', 'finished', 'failed', 'paused'].includes(event.kind)) return [];
    if (isFromElsewhere(store, store.run(event.runId))) return [];
    if (event.kind === 'alert') return hacking(store, event);
    // An end is said by the run (`failed`), or by the queue where the run could not (`state`).
    const said = (event.data ?? {}) as { state?: string; reason?: string | null; message?: string };
    const state = event.kind === 'state' ? said.state : event.kind;
    const reason = said.reason ?? said.message ?? '';
    if (state === 'failed') return [failed(store, event, reason, 'failed')];
    if (state === 'interrupted' && isUnforeseen(reason)) return [failed(store, event, reason, 'was interrupted')];
    if (state === 'paused' && /endpoint/i.test(reason)) return [paused(store, event, reason)];
    return state === 'finished' ? finished(store, event) : [];
  });
}

/** Of an archive, also one that is still on its way in, or of a log: it happened elsewhere, before. */
function isFromElsewhere(store: Store, { origin, studyId }: Pick<RunDetail, 'origin' | 'studyId'>): boolean {
  return (origin !== null && origin.format !== 'pack') || store.isUnfinished('study', studyId);
}

/** Runs whose endpoint failed at least half of the scores of a step: one notice per attempt. */
export function noticesOfPoints(store: Store, points: readonly Point[]): Notice[] {
  const failing = points.filter(({ metric, value }) => metric === 'thinking/failures' && (value ?? 0) > 0);
  return failing.flatMap(({ runId, step, value }): Notice[] => {
    const asked = points.find(
      (point) => point.metric === 'thinking/asked' && point.runId === runId && point.step === step,
    );
    if (asked?.value == null || (value ?? 0) < FAILING * asked.value) return [];
    const run = store.run(runId);
    if (isFromElsewhere(store, run)) return [];
    return [
      {
        id: `endpoint/${runId}/${run.attempts.length}`,
        event: 'endpoint',
        title: `Thinking scores of ${run.name} fail`,
        text: `${value} of ${asked.value} at step ${step} (${run.study}, ${run.variant}, seed ${run.seed}). They are left out, not counted as 0.`,
        path: `/runs/${runId}`,
        at: Date.now(),
      },
    ];
  });
}

function failed(store: Store, { runId, attempt, at }: EventRow, reason: string, how: string): Notice {
  const run = store.run(runId);
  const text = `${run.study}, ${run.variant}, seed ${run.seed}, step ${run.step}: ${reason || 'no reason was given'}`;
  return {
    id: `run-failed/${runId}/${attempt}`,
    event: 'run-failed',
    title: `${run.name} ${how}`,
    text,
    path: `/runs/${runId}`,
    at,
  };
}

function paused(store: Store, { runId, attempt, at }: EventRow, reason: string): Notice {
  const { name } = store.run(runId);
  return {
    id: `paused/${runId}/${attempt}`,
    event: 'endpoint',
    title: `${name} is paused`,
    text: reason,
    path: `/runs/${runId}`,
    at,
  };
}

function hacking(store: Store, { runId, seq, at, data, step }: EventRow): Notice[] {
  const { name, message } = (data ?? {}) as { name?: string; message?: string };
  if (name?.startsWith('hacking/') !== true) return [];
  const run = store.run(runId);
  return [
    {
      id: `hacking/${runId}/${seq}`,
      event: 'hacking',
      title: `Hacking watch: ${run.name}`,
      text: `${run.study}, ${run.variant}, seed ${run.seed}, step ${step}: ${message ?? ''}`,
      path: `/runs/${runId}`,
      at,
    },
  ];
}

/** A study is finished when its last run is; with seeds added later it is once more. */
function finished(store: Store, { runId, at }: EventRow): Notice[] {
  const { studyId } = store.run(runId);
  const { name, states, trashedAt } = store.study(studyId);
  const all = Object.values(states).reduce((sum, n) => sum + (n ?? 0), 0);
  if (trashedAt !== null || states.finished !== all) return [];
  const text = all === 1 ? 'Its run has finished.' : `All ${all} runs have finished.`;
  return [
    {
      id: `study-finished/${studyId}/${all}`,
      event: 'study-finished',
      title: `Study ${name} finished`,
      text,
      path: `/studies/${studyId}`,
      at,
    },
  ];
}
