/**
 * What a run says of a step that was taken: its questions, its metrics with every response, alerts; and whether it diverged. Every trainer
 * makes these events here. Deliberately absent: the figures (step-metrics.ts) and the watch (trust/hacking-watch.ts).
 */
import { SophiaError } from '../../shared/errors.ts';
import { FAILURE_RULES, thinkingKind } from '../../shared/kinds/thinking.ts';
import { type Question, toldQuestion } from '../../shared/question.ts';
import type { StepMetrics } from '../../shared/run/metrics.ts';
import type { RunEvent } from '../../shared/run/run-events.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { type WatchedStep, type WatchState, watchStep } from '../trust/hacking-watch.ts';
import type { GrpoStepResult } from './grpo-run.ts';
import { type StepContext, stepMetrics } from './step-metrics.ts';

/** A loss beyond this is an explosion, whatever the settings. */
const EXPLODED = 1e4;

/** A step that was taken. `watch`: the state of the watch before it. */
export interface TakenStep {
  readonly step: number;
  readonly questions: readonly Question[];
  readonly result: GrpoStepResult;
  readonly watch: WatchState;
  readonly settings: Settings;
}

/** Its events in order, and what the run keeps of it. `divergence`: why training must not go on; to be told after the events. */
export interface StepReport {
  readonly events: readonly RunEvent[];
  readonly tokens: number; // generated so far
  readonly watch: WatchState;
  readonly pause: string | null; // why the run waits after this step's checkpoint, in words
  readonly divergence: SophiaError | null;
}

/** Reports on a step; `measured` are metrics that whoever trained knows better than this process. */
export function stepReport(
  { step, questions, result, watch, settings }: TakenStep,
  context: Omit<StepContext, 'usesReference' | 'correctThreshold'>,
  measured: StepMetrics = {},
): StepReport {
  const known = { usesReference: settings.loss.beta > 0, correctThreshold: settings.reward.correctThreshold };
  const metrics = { ...stepMetrics(result, { ...context, ...known }), ...measured };
  const { state, lengthDrift, alerts } = watchStep(watch, step, watched(metrics), settings.watch);
  const all = { ...metrics, 'completions/length_drift': lengthDrift };
  return {
    events: [
      { kind: 'questions', step, questions: questions.map(toldQuestion) },
      {
        ...{ kind: 'step', step, metrics: finiteOrNull(all), responses: [...result.records] },
        ...(result.tokenValues != null && { tokenValues: result.tokenValues }),
      },
      ...alerts.map((alert): RunEvent => ({ kind: 'alert', step, level: 'warning', ...alert })),
    ],
    tokens: metrics.num_tokens ?? context.tokensSoFar,
    watch: state,
    pause: pauseOf(settings, metrics['thinking/failures'] ?? 0),
    divergence: divergenceOf(step, result),
  };
}

function divergenceOf(step: number, { updates }: GrpoStepResult): SophiaError | null {
  const bad = updates.find((update) => !Number.isFinite(update.gradNorm) || !(Math.abs(update.loss) < EXPLODED));
  if (bad === undefined) return null;
  const isTheNorm = Number.isFinite(bad.loss) && !Number.isFinite(bad.gradNorm);
  const what = isTheNorm ? `gradient norm ${bad.gradNorm}` : `loss ${bad.loss}`;
  return new SophiaError(
    'diverged',
    `Step ${step}: ${what}. Training stopped; this step's responses are kept and the last checkpoint is sound.`,
    'Usual causes: a learning rate too high, a broken reward, a KL weight too low.',
  );
}

/** A pause where scores failed and the settings ask for one, of a source that may be well again later. */
function pauseOf({ reward }: Settings, failures: number): string | null {
  const asksForOne = thinkingKind(reward).needs.includes('endpoint') && FAILURE_RULES[reward.endpoint.onFailure].pauses;
  if (failures === 0 || !asksForOne) return null;
  return `${failures} thinking scores failed (reward.endpoint.onFailure = pause). Resume once the endpoint works.`;
}

/** What the reward-hacking watch sees of a step. */
function watched(metrics: StepMetrics): WatchedStep {
  return {
    thinking: metrics['rewards/thinking/mean'] ?? null,
    rubric: metrics['thinking/rubric/mean'] ?? null,
    outcome: metrics['rewards/outcome/mean'] ?? null,
    length: metrics['completions/mean_length']!,
  };
}

function finiteOrNull(metrics: StepMetrics): StepMetrics {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}
