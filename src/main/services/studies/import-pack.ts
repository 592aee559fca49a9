/**
 * Brings back what the runs of a packed study have said elsewhere, while they run or after: as runs of that study, each event once, however often
 * it is asked for. Deliberately absent: following a folder by itself; who wants more asks again.
 */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SophiaError } from '../../../shared/errors.ts';
import { parseEventLine, sequenceOf } from '../../../shared/run/event-lines.ts';
import type { RunEvent, RunState } from '../../../shared/run/run-events.ts';
import { parseStudy, studyHash } from '../../../shared/study/study.ts';
import { endOf } from '../../model/io/local-path.ts';
import { inside } from '../../model/io/path-names.ts';
import type { RunRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import { readLines } from '../../tasks/import/read-text.ts';
import {
  type PackedAttempt,
  type PackFile,
  packedAttempts,
  readPack,
  resultsFolder,
} from '../../trainers/trl/pack/pack-file.ts';

/** A run after an import. */
export interface BroughtRun {
  readonly run: string;
  readonly variant: string;
  readonly seed: number;
  readonly state: RunState;
  readonly step: number;
  readonly events: number; // new ones
  readonly problem: string | null; // why later events of it could not be taken
}

/** What an import did. */
export interface BroughtPack {
  readonly studyId: number;
  readonly study: string;
  readonly runs: readonly BroughtRun[];
}

/** Why a run that goes on elsewhere is no running one here. */
const ELSEWHERE = 'Trained elsewhere. Import its folder again for what it has said since.';

/**
 * Imports a folder that `study pack` wrote. @throws SophiaError 'conflict', before anything is written, where a run of the study has steps of its own
 */
export function importPack(store: Store, folder: string): BroughtPack {
  const pack = readPack(folder);
  const study = parseStudy(pack.study.yaml, `${folder}: pack.json`);
  if (studyHash(study) !== pack.study.hash)
    throw new SophiaError(
      'data',
      `${folder} was packed by another version of the program: its study reads differently here.`,
      'Pack it again with this version, or import it with that one.',
    );
  const known = store.listStudies({ archived: true }).find(({ hash }) => hash === pack.study.hash);
  if (known !== undefined) cellsOf(store, known.id, pack);
  // In one stroke: an engine that looks meanwhile must not take them for runs that wait for it.
  const begin = store.database.transaction(() => {
    const { studyId, name } = store.addStudy(study, pack.study.yaml);
    const cells = cellsOf(store, studyId, pack);
    takeOver(store, studyId, cells, { folder, hash: pack.study.hash });
    return { studyId, name, cells };
  });
  const { studyId, name, cells } = begin.immediate();
  const out = resultsFolder(folder);
  const runs = cells.map(({ packed, run }): BroughtRun => {
    const before = store.run(run.id);
    const { events, problem } = bringIn(store, run.id, packedAttempts(out, packed), inside(out, packed));
    const { state, step } = store.run(run.id);
    return { run: before.name, variant: before.variant, seed: before.seed, state, step, events, problem };
  });
  return { studyId, study: name, runs };
}

/** A run of the package and the study's run that it is. */
interface Cell {
  readonly packed: string;
  readonly run: RunRow;
}

function cellsOf(store: Store, studyId: number, pack: PackFile): Cell[] {
  const runs = store.listRuns({ studyId });
  return pack.runs.map(({ name, variant, seed }) => {
    const run = runs.find((one) => one.variant === variant && one.seed === seed);
    if (run === undefined)
      throw new SophiaError(
        'conflict',
        `Study ${pack.study.name} has no run of ${variant} seed ${seed} here.`,
        'It is in the trash: restore it, or import into another home (--home).',
      );
    if (run.attempt > 0 && run.origin?.format !== 'pack')
      throw new SophiaError(
        'conflict',
        `Run ${run.name} (${variant} seed ${seed}) has been trained here, and the folder has it too.`,
        'Import into another home (--home), or move the run to the trash and fill the study up first.',
      );
    return { packed: name, run };
  });
}

/** From now on the packed runs are trained elsewhere; those of a new study that were not packed wait for nothing. */
function takeOver(
  store: Store,
  studyId: number,
  cells: readonly Cell[],
  { folder, hash }: { readonly folder: string; readonly hash: string },
): void {
  const fresh = cells.map(({ run }) => run).filter((run) => run.origin?.format !== 'pack');
  store.database
    .transaction(() => {
      const origin = { format: 'pack', source: basename(resolve(folder)), hash } as const;
      store.markImported(
        fresh.map(({ id }) => id),
        origin,
      );
      for (const { id } of fresh) store.setRunState(id, 'interrupted', ELSEWHERE);
      for (const { id, state, origin } of store.listRuns({ studyId }))
        if (state === 'queued' && origin === null) store.setRunState(id, 'interrupted', 'It was not packed.');
    })
    .immediate();
}

/** Records what a run's attempts have said since the last time. */
function bringIn(
  store: Store,
  runId: number,
  attempts: readonly PackedAttempt[],
  folder: string,
): { events: number; problem: string | null } {
  let events = 0;
  try {
    for (const packed of attempts) {
      const reference = `pack:${packed.id}`;
      let mine = store.attemptByReference(runId, reference);
      if (mine === null) {
        const { attempt } = store.startRun(runId, { fromStep: packed.fromStep, trainer: 'trl' });
        store.keepReference(runId, attempt, reference);
        mine = { attempt, sequence: 0 };
      } else if (mine.attempt !== store.run(runId).attempt) continue; // another was begun after it
      for (const { event, sequence, at } of newEvents(packed.events, mine.sequence)) {
        store.recordEvent(runId, mine.attempt, placed(event, folder), { sequence, at });
        events++;
      }
      settle(store, runId, packed);
    }
    return { events, problem: null };
  } catch (error) {
    if (!(error instanceof SophiaError)) throw error;
    const { state, reason } = store.run(runId);
    if (!hasEnded(state) && reason !== error.message) store.setRunState(runId, 'interrupted', error.message);
    return { events, problem: error.message };
  }
}

/** Whole lines of a file of events after a number; a last one that is still being written is left for the next time. */
function* newEvents(file: string, after: number) {
  if (!existsSync(file)) return;
  let held: { line: number; text: string } | undefined;
  for (const next of readLines(file)) {
    if (held !== undefined && !isKnown(held.text, after)) yield parseEventLine(held.text, `${file} line ${held.line}`);
    held = next;
  }
  if (held === undefined || isKnown(held.text, after) || !isWhole(held.text)) return;
  yield parseEventLine(held.text, `${file} line ${held.line}`);
}

function isKnown(line: string, after: number): boolean {
  const sequence = sequenceOf(line);
  return sequence !== null && sequence <= after;
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A checkpoint lies where the package put it. */
function placed(event: RunEvent, folder: string): RunEvent {
  if (event.kind !== 'checkpoint') return event;
  return { ...event, uri: pathToFileURL(inside(folder, event.uri)).href };
}

/** Whether a run has said how it ended. */
const hasEnded = (state: RunState): boolean => state === 'finished' || state === 'failed' || state === 'paused';

/** How a run stands that has said nothing of its end. */
function settle(store: Store, runId: number, { exitCode, log }: PackedAttempt): void {
  const { state, reason } = store.run(runId);
  if (hasEnded(state)) return;
  const [now, why]: [RunState, string | null] =
    exitCode === null
      ? ['interrupted', ELSEWHERE]
      : exitCode === 0
        ? ['stopped', 'Stopped where it ran. Start it again there.']
        : ['failed', `Its process ended with code ${exitCode}${lastLine(log)}. Start it again where it ran.`];
  if (now !== state || why !== reason) store.setRunState(runId, now, why);
}

function lastLine(log: string): string {
  if (!existsSync(log)) return '';
  const line = endOf(log, 4000)
    .split('\n')
    .findLast((text) => text.trim() !== '');
  return line === undefined ? '' : `: ${line.trim().slice(0, 300)}`;
}
