/**
 * What the engine leaves to a process beside it because it may take long: drawing pictures, exports, reports, reading data sets, archives and logs on
 * their way in. Everything but the imports reads only; each opens the home for the one piece of work. Deliberately absent: who asks (beside.ts), and what needs a process of its own (run-verb.ts).
 */
import type { FileFormat, LogFormat } from '../../../shared/run/log-formats.ts';
import type { LogPlace } from '../../store/interop/import-log.ts';
import { openStore, type ReadStore, type Store } from '../../store/store.ts';
import type { QuestionQuery } from '../questions/question-pages.ts';

/** The picture of a question as a PNG; see questionPng. */
export interface PictureAsked {
  readonly question: string;
  readonly size: number;
  readonly at: number;
}

/** A log of another program; see importLog. */
export interface LogAsked {
  readonly file: string;
  readonly format: LogFormat;
  readonly place: LogPlace;
}

/** Every kind of work by its name. */
export const WORK = {
  picture: (home: string, { question, size, at }: PictureAsked) =>
    reading(home, async (store) =>
      (await import('../questions/question-picture.ts')).questionPng(store, question, size, at),
    ),
  export: (home: string, { runId, format }: { readonly runId: number; readonly format: FileFormat }) =>
    reading(home, async (store) => (await import('../runs/exported-run.ts')).exportedRun(store, runId, format)),
  report: (home: string, { studyId, program }: { readonly studyId: number; readonly program: string }) =>
    reading(home, async (store) => {
      const { reportContent } = await import('../report/report-content.ts');
      const { reportHtml } = await import('../report/report-html.ts');
      return reportHtml(await reportContent(store, studyId, { program, now: Date.now() }));
    }),
  questions: async (home: string, query: QuestionQuery) =>
    (await import('../questions/question-pages.ts')).questionPage(home, query),
  prompt: (home: string, { runId }: { readonly runId: number }) =>
    reading(home, async (store) =>
      (await import('../questions/shown-prompts.ts')).firstPrompt(home, store.run(runId).settings),
    ),
  archive: (home: string, { file }: { readonly file: string }) =>
    writing(home, async (store) => {
      const { importArchive } = await import('../../store/archive/import-archive.ts');
      const { studyId, name, runs, hash } = await importArchive(store, file);
      return { studyId, name, runs, hash };
    }),
  log: (home: string, { file, format, place }: LogAsked) =>
    writing(home, async (store) =>
      (await import('../../store/interop/import-log.ts')).importLog(store, file, format, place),
    ),
  pack: (home: string, { folder }: { readonly folder: string }) =>
    writing(home, async (store) => (await import('../studies/import-pack.ts')).importPack(store, folder)),
  mlflow: (home: string, { runId, server }: { readonly runId: number; readonly server: string }) =>
    reading(home, async (store) => (await import('../../store/interop/mlflow.ts')).sendToMlflow(store, runId, server)),
  pictureWarnings: async (home: string, { yaml }: { readonly yaml: string }) =>
    (await import('../studies/picture-costs.ts')).pictureWarnings(home, yaml),
  question: (home: string, { id }: { readonly id: string }) =>
    reading(home, async (store) => (await import('../questions/question-by-id.ts')).questionOf(store, id)),
} as const;

/** The kinds of work, what each is asked with and what it gives. */
export type Work = typeof WORK;
/** A kind's name. */
export type WorkName = keyof Work;
/** What a kind is asked with. */
export type Asked<Name extends WorkName> = Parameters<Work[Name]>[1];
/** What a kind gives. */
export type Given<Name extends WorkName> = Awaited<ReturnType<Work[Name]>>;

/** The home, opened for writing beside the engine that started this process. */
async function writing<T>(home: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = openStore(home, { guestOf: process.ppid });
  try {
    return await use(store);
  } finally {
    store.close();
  }
}

/** The home, opened for one piece of work: a snapshot that is held no longer than that. */
async function reading<T>(home: string, use: (store: ReadStore) => Promise<T>): Promise<T> {
  const store = openStore(home, { readonly: true });
  try {
    return await use(store);
  } finally {
    store.close();
  }
}
