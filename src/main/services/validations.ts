/** Validations of the instrument that the page starts: `sophia validate` in a process of its own, which trains through this engine's queue. */

import { SophiaError } from '../../shared/errors.ts';
import { VALIDATED_WORLDS } from '../../shared/validation/checks.ts';
import { type CheckLine, checkLines, validationLine } from '../../shared/validation/report.ts';
import { WORLDS, type WorldName } from '../../shared/worlds/worlds.ts';
import type { Program } from '../jobs/verbs/command-line.ts';
import type { ReadStore } from '../store/store.ts';
import { readReport } from '../store/validation/report-file.ts';
import { runVerb } from './run-verb.ts';

/** What is asked for. */
export interface ValidationRequest {
  readonly world: WorldName | null; // null: each
  readonly quick: boolean;
}

/** A validation that goes on. */
export interface ValidationUnderWay extends ValidationRequest {
  readonly startedAt: number;
}

/** A world with its checks as the home has them, and its studies that are not finished. */
export interface WorldValidation {
  readonly world: WorldName;
  readonly title: string;
  readonly summary: string;
  readonly checks: readonly CheckLine[];
  readonly studies: readonly {
    readonly id: number;
    readonly name: string;
    readonly done: number;
    readonly total: number;
  }[];
}

/** Everything that the page shows. `problem`: why the last one that was started here did not come to its end. */
export interface ValidationOverview {
  readonly running: ValidationUnderWay | null;
  readonly problem: string | null;
  readonly worlds: readonly WorldValidation[];
}

const LONGEST_MS = 7 * 86_400_000;
interface Started extends ValidationUnderWay {
  readonly stop: AbortController;
}
const going = new Map<string, Started>(); // by home
const problems = new Map<string, string>();

/** Starts a validation. @throws SophiaError 'conflict' while another one goes on in this home */
export function startValidation(home: string, program: Program, request: ValidationRequest): void {
  if (going.has(home))
    throw new SophiaError('conflict', 'A validation is already running.', 'Wait for it or stop it first.');
  const stop = new AbortController();
  going.set(home, { ...request, startedAt: Date.now(), stop });
  problems.delete(home);
  const args = [
    'validate',
    `--home=${home}`,
    ...(request.world === null ? [] : [`--world=${request.world}`]),
    ...(request.quick ? ['--quick'] : []),
  ];
  runVerb(program, args, { timeoutMs: LONGEST_MS, signal: stop.signal, anyExit: true })
    .catch((error: Error) => problems.set(home, stop.signal.aborted ? 'Stopped.' : error.message))
    .finally(() => going.delete(home));
}

/** Stops the validation of a home; what it has measured stays. @throws SophiaError 'conflict' where none goes on */
export function stopValidation(home: string): void {
  const found = going.get(home);
  if (found === undefined) throw new SophiaError('conflict', 'No validation is running.');
  found.stop.abort();
}

/** Stops the validation of a home, if one goes on: its engine ends. */
export function endValidation(home: string): void {
  going.get(home)?.stop.abort();
}

/** How the home's validations stand. */
export function validationOverview(store: ReadStore): ValidationOverview {
  const { home } = store.paths;
  const { stop: _stop, ...running } = going.get(home) ?? { stop: null };
  const studies = store.listStudies();
  return {
    running: 'startedAt' in running ? running : null,
    problem: problems.get(home) ?? null,
    worlds: VALIDATED_WORLDS.map((world): WorldValidation => {
      const report = readReport(home, world);
      return {
        world,
        title: WORLDS[world].title,
        summary: validationLine(world, report),
        checks: checkLines(world, report),
        studies: studies
          .filter(
            ({ name, stepsDone, stepsPlanned }) => name.startsWith(`validation-${world}-`) && stepsDone < stepsPlanned,
          )
          .map(({ id, name, stepsDone, stepsPlanned }) => ({ id, name, done: stepsDone, total: stepsPlanned })),
      };
    }),
  };
}
