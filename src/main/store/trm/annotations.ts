/**
 * Annotations: what the annotator said of each pair, committed pair by pair, so that a stopped or killed annotation goes on with the
 * pairs it has no answer for and pays for none twice.
 */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import type { AnnotationState, AnnotatorKind } from '../../../shared/trm/annotations.ts';
import { count } from '../schema/column.ts';
import { computed, query, type Selected, select } from '../schema/select.ts';
import { TABLES } from '../schema/tables.ts';
import { TRM_ANNOTATION, type TrmAnnotationRow } from './rows.ts';

/** An answer to be stored. */
export interface NewScore {
  readonly pairId: number;
  readonly asking: number; // 0 or 1
  readonly score: number | null;
  readonly failure: string | null;
  readonly dimensions: Readonly<Record<string, number>> | null;
  readonly stepLabels: readonly { readonly text: string; readonly label: string }[] | null;
  readonly attempts: number;
  readonly seconds: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cost: number | null;
  readonly reply: string | null;
}

const WAITING = select(
  { p: 'trm_pairs', q: 'questions' },
  ['p.id AS pairId', 'q.question AS questionId', 'p.thinking', 'p.text'],
  {
    asking: computed(count(1), 'k.value'),
  },
);
/** A pair that waits to be asked. */
export type WaitingPair = Selected<typeof WAITING>;

const ANNOTATED = select(
  { p: 'trm_pairs', q: 'questions', a: 'trm_annotations' },
  [
    ...([
      'p.id AS pairId',
      'q.question AS questionId',
      'p.run',
      'p.step',
      'p.text',
      'p.thinking',
      'p.truncated',
    ] as const),
    ...(['p.outcome_reward', 'a.askings'] as const),
  ],
  {
    score: computed(TABLES.trm_scores.score, 's.score'),
    scoreAgain: computed(TABLES.trm_scores.score, 't.score'),
    dimensions: computed(TABLES.trm_scores.dimensions, 's.dimensions'),
    stepLabels: computed(TABLES.trm_scores.step_labels, 's.step_labels'),
  },
);
/** A pair with its answers, as a build reads it. */
export interface AnnotatedPair extends Omit<Selected<typeof ANNOTATED>, 'askings' | 'scoreAgain' | 'damage'> {
  readonly scoreAgain: number | null | undefined; // undefined: asked once only
}

const FROM =
  'FROM trm_annotations a JOIN trm_datasets d ON d.id = a.dataset_id LEFT JOIN trm_scores s ON s.annotation_id = a.id';

/** The reads over an open database. */
export function trmAnnotationQueries(db: Database) {
  const all = query(db, TRM_ANNOTATION, `${FROM} GROUP BY a.id ORDER BY a.id`);
  const byId = query(db, TRM_ANNOTATION, `${FROM} WHERE a.id = ? GROUP BY a.id`);
  const failures = db.prepare<[number], { failure: string; n: number }>(
    'SELECT failure, count(*) AS n FROM trm_scores WHERE annotation_id = ? AND failure IS NOT NULL GROUP BY failure',
  );
  const byName = db
    .prepare<[number, string], number>('SELECT id FROM trm_annotations WHERE dataset_id = ? AND name = ?')
    .pluck();
  const names = db
    .prepare<[number], string>('SELECT name FROM trm_annotations WHERE dataset_id = ? ORDER BY id')
    .pluck();
  const waiting = query(
    db,
    WAITING,
    `FROM trm_annotations a JOIN trm_pairs p ON p.dataset_id = a.dataset_id JOIN questions q ON q.id = p.question_id
     JOIN json_each('[0, 1]') k ON k.value < a.askings
     LEFT JOIN trm_scores s ON s.annotation_id = a.id AND s.asking = k.value AND s.pair_id = p.id
     WHERE a.id = @id AND (s.pair_id IS NULL OR (@failed AND s.score IS NULL)) ORDER BY k.value, p.position`,
  );
  const annotated = query(
    db,
    ANNOTATED,
    `FROM trm_annotations a JOIN trm_pairs p ON p.dataset_id = a.dataset_id JOIN questions q ON q.id = p.question_id
     LEFT JOIN trm_scores s ON s.annotation_id = a.id AND s.asking = 0 AND s.pair_id = p.id
     LEFT JOIN trm_scores t ON t.annotation_id = a.id AND t.asking = 1 AND t.pair_id = p.id
     WHERE a.id = ? ORDER BY p.position`,
  );

  const toRow = ({ answered, ...row }: Selected<typeof TRM_ANNOTATION>): TrmAnnotationRow => ({
    ...row,
    failed: answered - row.scored,
    waiting: row.total - answered,
    failures: Object.fromEntries(failures.all(row.id).map(({ failure, n }) => [failure, n])),
  });

  return {
    /** All annotations with the state of their queues. */
    trmAnnotations: (): TrmAnnotationRow[] => all.all().map(toRow),

    /** One annotation; throws `usage` for an unknown id. */
    trmAnnotation(id: number): TrmAnnotationRow {
      const row = byId.get(id);
      if (row === undefined) throw new SophiaError('usage', `There is no annotation ${id}.`);
      return toRow(row);
    },

    /** The id of a data set's annotation by name, or null. */
    trmAnnotationId: (datasetId: number, name: string): number | null => byName.get(datasetId, name) ?? null,

    /** Names of a data set's annotations, oldest first. */
    trmAnnotationNames: (datasetId: number): string[] => names.all(datasetId),

    /** Pairs without an answer, first askings first; with `failed` also those whose last answer was a failure. */
    waitingPairs: (annotationId: number, failed = false): WaitingPair[] =>
      waiting.all({ id: annotationId, failed: Number(failed) }),

    /** Every pair of an annotation's data set with its answers, in order; unanswered ones have null scores. */
    annotatedPairs: (annotationId: number): AnnotatedPair[] =>
      annotated.all(annotationId).map(({ askings, damage: _damage, ...row }) => ({
        ...row,
        scoreAgain: askings === 2 ? row.scoreAgain : undefined,
      })),
  };
}

/** The writes over an open database. */
export function trmAnnotationWriter(db: Database, now: () => number) {
  const insert = db.prepare(
    `INSERT INTO trm_annotations (dataset_id, name, annotator, settings, askings, state, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, 'running', ?, ?)`,
  );
  const setState = db.prepare('UPDATE trm_annotations SET state = ?, reason = ?, updated_at = ? WHERE id = ?');
  const put = db.prepare(
    `INSERT INTO trm_scores (annotation_id, asking, pair_id, score, failure, dimensions, step_labels, attempts, seconds, prompt_tokens,
       completion_tokens, cost, reply, at)
     VALUES (@annotationId, @asking, @pairId, @score, @failure, @dimensions, @stepLabels, @attempts, @seconds, @promptTokens,
       @completionTokens, @cost, @reply, @at)
     ON CONFLICT DO UPDATE SET score = excluded.score, failure = excluded.failure, dimensions = excluded.dimensions,
       step_labels = excluded.step_labels, attempts = attempts + excluded.attempts, seconds = seconds + excluded.seconds,
       prompt_tokens = prompt_tokens + excluded.prompt_tokens, completion_tokens = completion_tokens + excluded.completion_tokens,
       cost = CASE WHEN cost IS NULL THEN excluded.cost ELSE cost + coalesce(excluded.cost, 0) END, reply = excluded.reply, at = excluded.at`,
  );
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  return {
    /** Begins an annotation; returns its id. */
    addTrmAnnotation: (
      datasetId: number,
      name: string,
      annotator: AnnotatorKind,
      settings: unknown,
      askings: number,
    ): number =>
      Number(insert.run(datasetId, name, annotator, JSON.stringify(settings), askings, now(), now()).lastInsertRowid),

    /** Sets an annotation's state, with the reason where it stopped. */
    setTrmAnnotationState: (id: number, state: AnnotationState, reason: string | null = null): void =>
      void setState.run(state, reason, now(), id),

    /** Stores answers in one transaction. Asked anew after a failure, attempts, tokens and cost add up. */
    putTrmScores(annotationId: number, scores: readonly NewScore[]): void {
      db.transaction(() => {
        for (const score of scores)
          put.run({
            ...score,
            annotationId,
            dimensions: json(score.dimensions),
            stepLabels: json(score.stepLabels),
            at: now(),
          });
      }).immediate();
    },
  };
}
