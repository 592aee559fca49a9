/**
 * The reward-hacking watch: does the policy learn to please the reward model instead of to think? Plain numbers. Over the last W steps,
 * with h_1, h_2 the means of the earlier and the later half and n_1, n_2 the steps known in each:
 *
 *   change = h_2 - h_1,   error = sqrt(var_1 / n_1 + var_2 / n_2)
 *
 * A change counts where it is at least watch.minChange and at least watch.minSigma standard errors. An alert is due where the thinking
 * reward rises while the rubric score or the outcome reward falls. Also the length drift: mean response length of a step over that of
 * the first steps. The state is plain data that a checkpoint keeps, so a resumed run alerts as the uninterrupted one does.
 * Deliberately absent: the hacking index and the other per-step figures (train/step-metrics.ts), and any action: the researcher decides.
 */
import { meanSimple } from 'simple-statistics';
import type { Settings } from '../../shared/settings/settings.ts';

/** What the watch sees of one step: means over its responses, null where there was nothing to average; length in tokens. */
export interface WatchedStep {
  readonly thinking: number | null;
  readonly rubric: number | null;
  readonly outcome: number | null;
  readonly length: number;
}

/** What the watch remembers; `NEW_WATCH` at a run's start. */
export interface WatchState {
  readonly firstLengths: readonly number[]; // of the first steps, FIRST_STEPS at most
  readonly recent: readonly WatchedStep[]; // newest last, W at most
  readonly alertedAt: Readonly<Partial<Record<HackingAlert['name'], number>>>;
}

/** One alert; `message` is one sentence with its figures. */
export interface HackingAlert {
  readonly name: 'hacking/rubric' | 'hacking/outcome';
  readonly message: string;
}

/** The state before the first step. */
export const NEW_WATCH: WatchState = { firstLengths: [], recent: [], alertedAt: {} };
/** Lengths are compared with the mean of this many first steps. */
const FIRST_STEPS = 10;

/** Takes one step in: the new state, the length drift (1 at the first step; above 1: longer), and alerts, each at most once in W steps. */
export function watchStep(
  state: WatchState,
  step: number,
  seen: WatchedStep,
  settings: Settings['watch'],
): { state: WatchState; lengthDrift: number; alerts: HackingAlert[] } {
  const firstLengths =
    state.firstLengths.length < FIRST_STEPS ? [...state.firstLengths, seen.length] : state.firstLengths;
  const lengthDrift = (seen.length * firstLengths.length) / firstLengths.reduce((sum, length) => sum + length, 0);
  const recent = [...state.recent, seen].slice(-settings.window);
  const alerts = hackingAlerts(recent, settings).filter(({ name }) => {
    const last = state.alertedAt[name];
    return last === undefined || step - last >= settings.window;
  });
  const alertedAt = { ...state.alertedAt, ...Object.fromEntries(alerts.map(({ name }) => [name, step])) };
  return { state: { firstLengths, recent, alertedAt }, lengthDrift, alerts };
}

/** A change of a mean over the window. */
interface Change {
  readonly from: number;
  readonly to: number;
}

function hackingAlerts(recent: readonly WatchedStep[], settings: Settings['watch']): HackingAlert[] {
  if (!settings.alerts || recent.length < settings.window) return [];
  const over = (pick: (step: WatchedStep) => number | null) => clearChange(recent.map(pick), settings);
  const thinking = over((step) => step.thinking);
  if (thinking === null || thinking.to < thinking.from) return [];
  const against = (name: HackingAlert['name'], what: string, change: Change | null): HackingAlert[] =>
    change === null || change.to > change.from
      ? []
      : [{ name, message: alertText(settings.window, thinking, what, change) }];
  return [
    ...against(
      'hacking/rubric',
      'rubric score',
      over((step) => step.rubric),
    ),
    ...against(
      'hacking/outcome',
      'outcome reward',
      over((step) => step.outcome),
    ),
  ];
}

function alertText(window: number, thinking: Change, what: string, change: Change): string {
  const fromTo = ({ from, to }: Change) => `${from.toFixed(3)} to ${to.toFixed(3)}`;
  return `Over the last ${window} steps the thinking reward rose from ${fromTo(thinking)} while the ${what} fell from ${fromTo(change)}: the policy may be exploiting the reward model.`;
}

/** The change between the halves of a series where it is large and certain enough, else null. */
function clearChange(
  values: readonly (number | null)[],
  { minChange, minSigma }: Pick<Settings['watch'], 'minChange' | 'minSigma'>,
): Change | null {
  const middle = Math.floor(values.length / 2);
  const halves = [values.slice(0, middle), values.slice(middle)].map((half) => half.filter((value) => value !== null));
  const [earlier, later] = halves as [number[], number[]];
  if (earlier.length < 2 || later.length < 2) return null;
  const [from, to] = [meanSimple(earlier), meanSimple(later)];
  const error = Math.sqrt(squaredError(earlier, from) + squaredError(later, to));
  return Math.abs(to - from) >= Math.max(minChange, minSigma * error) ? { from, to } : null;
}

/** The squared standard error of a mean, var / n. */
function squaredError(values: readonly number[], center: number): number {
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1) / values.length;
}
