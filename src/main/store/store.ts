/**
 * The store: one SQLite database per home, opened here. One engine writes; readers may come beside it.
 *
 * @example
 * const store = openStore('/home/me/lab');
 * const { studyId } = store.addStudy(parseStudy(text, 'quick.yaml'));
 * const { attempt } = store.startRun(store.listRuns({ studyId })[0]!.id);
 */
import type { Database } from 'better-sqlite3';
import { answerChangeQueries } from './answers/answer-changes.ts';
import { answerSetQueries } from './answers/answer-set-queries.ts';
import { answerSetWriter } from './answers/answer-set-writer.ts';
import { backupGently, dailyBackupIsDue } from './backup/backup.ts';
import { settleAbandoned, settlePipeline } from './open/abandoned.ts';
import { type HomePaths, homePaths } from './open/home.ts';
import { readMigrations } from './open/migrate.ts';
import {
  type OpenedDatabase,
  openAsGuest,
  openForReading,
  openForWriting,
  shareWriting,
} from './open/open-database.ts';
import { guarded, storeError } from './open/store-errors.ts';

import { evaluationQueries } from './read/evaluation-queries.ts';
import { metricNameQueries } from './read/metric-names.ts';
import { metricQueries } from './read/metric-queries.ts';
import { distributionQueries } from './read/responses/distribution-queries.ts';
import { responseQueries } from './read/responses/response-queries.ts';
import { runQueries } from './read/run-queries.ts';
import { studyQueries } from './read/study-queries.ts';
import { trustQueries } from './read/trust-queries.ts';
import { registrationQueries } from './registration/read-registrations.ts';
import { registrationWriter } from './registration/write-registrations.ts';
import { runTableQueries } from './run-table/run-table-queries.ts';
import { tokenQueries } from './tokens/token-queries.ts';
import { tokenWriter } from './tokens/token-writer.ts';
import { trmQueries, trmWriter } from './trm/trm-store.ts';
import { viewQueries } from './views/read-views.ts';
import { viewWriter } from './views/write-views.ts';
import { attemptWriter } from './write/attempts.ts';
import { eventLog } from './write/event-log.ts';
import { questionBook } from './write/question-book.ts';
import { eventRecorder } from './write/record-event.ts';
import { runWriter } from './write/runs.ts';
import { unfinishedWork } from './write/slices/unfinished.ts';
import { studyWriter } from './write/studies.ts';

/** What can be read; every call is one look at the database as it is. */
export type ReadStore = ReturnType<typeof readPart>;
/** Reads and writes; every write is committed, and on disk, when it returns. */
export type Store = ReadStore & ReturnType<typeof writePart>;

/** How to open. */
export interface OpenOptions {
  readonly readonly?: boolean;
  readonly guestOf?: number; // id of the process that has the home and has started this one: write beside it
  readonly migrations?: string; // folder, for tests
  readonly now?: () => number; // ms since 1970, for tests
}

/** Opens a home for writing (takes its lock, migrates) or, `readonly`, for reading beside whoever writes. Failures are one clear line. */
export function openStore(home: string, options: OpenOptions & { readonly readonly: true }): ReadStore;
/** For writing. */
export function openStore(home: string, options?: OpenOptions): Store;
/** Either. */
export function openStore(home: string, options: OpenOptions = {}): ReadStore | Store {
  const paths = homePaths(home);
  const migrations = readMigrations(options.migrations);
  const { readonly: isReader = false, guestOf, now = Date.now } = options;
  const opened = isReader
    ? openForReading(paths, migrations)
    : guestOf !== undefined
      ? openAsGuest(paths, guestOf, migrations)
      : openForWriting(paths, migrations);
  try {
    const read = readPart(opened, paths);
    return isReader ? read : { ...read, ...writePart(opened.db, paths, now, guestOf !== undefined) };
  } catch (error) {
    opened.close();
    throw storeError(error, paths);
  }
}

function readPart(opened: OpenedDatabase, paths: HomePaths) {
  const { db } = opened;
  return {
    paths,
    /** Things the user should know, one line each. */
    warnings: opened.warnings,
    /** The connection itself, for exports and tests; the app goes through the methods. */
    database: db,
    ...guardAll(paths, {
      ...studyQueries(db),
      ...registrationQueries(db),
      ...runQueries(db),
      ...metricQueries(db),
      ...metricNameQueries(db),
      ...responseQueries(db),
      ...evaluationQueries(db),
      ...answerChangeQueries(db),
      ...answerSetQueries(db),
      ...trustQueries(db),
      ...runTableQueries(db),
      ...viewQueries(db),
      ...distributionQueries(db),
      ...tokenQueries(db),
      ...trmQueries(db),
      /** SQLite's full check: "ok", or what is wrong. */
      checkDatabase: (): string => String(db.pragma('quick_check(1)', { simple: true })),
    }),
    /** Closes the database and frees the home. */
    close: opened.close,
  };
}

function writePart(db: Database, paths: HomePaths, now: () => number, isGuest: boolean) {
  const log = eventLog(db, now);
  const questions = questionBook(db);
  const runs = runWriter(db, log, now);
  if (!isGuest) settleAbandoned(db, runs, now);
  return {
    ...guardAll(paths, {
      ...studyWriter(db, runs, now),
      ...runs,
      ...unfinishedWork(db, now),
      ...registrationWriter(db, now),
      ...viewWriter(db, now),
      ...attemptWriter(db, paths, log, now),
      ...eventRecorder(db, log, questions, now),
      ...tokenWriter(db),
      ...answerSetWriter(db, questions, now),
      ...trmWriter(db, questions, now),
    }),
    /** While a process of this one writes too, writes wait longer for each other. */
    shareWriting: (isShared: boolean): void => shareWriting(db, isShared),
    /** What a step of the TRM's pipeline left as under way whose process has ended. */
    settlePipeline: (): void => guarded(paths, () => settlePipeline(db, now)),
    /** Copies the whole database into the home's backups while work goes on; returns the copy's path. */
    backup: (kind: 'manual' | 'daily' = 'manual'): Promise<string> =>
      backupGently(db, paths, kind).catch((error: unknown) => {
        throw storeError(error, paths);
      }),
    /** True when today's backup is missing: call backup('daily') when there is time. */
    backupIsDue: (): boolean => dailyBackupIsDue(paths),
  };
}

/** Every method with SQLite's failures turned into clear ones. `this` stays the given object. */
function guardAll<T extends Record<string, unknown>>(paths: HomePaths, methods: T): T {
  const wrapped = Object.entries(methods).map(([name, method]) => [
    name,
    (...args: unknown[]) => guarded(paths, () => (method as (...args: unknown[]) => unknown).apply(methods, args)),
  ]);
  return Object.fromEntries(wrapped) as T;
}
