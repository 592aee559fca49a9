/**
 * Annotations: what the annotator said of each pair, committed pair by pair, so that a stopped or killed annotation goes on with the
 * pairs it has no answer for and pays for none twice.
 */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import type { AnnotationState, AnnotatorKind } from '../../../shared/trm/trm-names.ts';
import { factsOf, readJson } from '../schema/read-json.ts';
import type { TrmAnnotationRow } from './rows.ts';

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

/** A pair that waits to be asked. */
export interface WaitingPair {
  readonly pairId: number;
  readonly asking: number;
  readonly questionId: string;
  readonly thinking: string;
  readonly text: string;
}

/** A pair with its answers, as a build reads it. */
export interface AnnotatedPair {
  readonly pairId: number;
  readonly questionId: string;
  readonly run: string | null;
  readonly step: number;
  readonly text: string;
  readonly thinking: string;
  readonly truncated: boolean;
  readonly outcomeReward: number | null;
  readonly score: number | null;
  readonly scoreAgain: number | null | undefined; // undefined: asked once only
  readonly dimensions: Readonly<Record<string, number>> | null;
  readonly stepLabels: readonly { readonly text: string; readonly label: string }[] | null;
}

const LIST = `SELECT a.id, a.dataset_id AS datasetId, d.name AS dataset, a.name, a.annotator, a.settings, a.askings, a.state, a.reason,
  a.created_at AS createdAt, a.updated_at AS updatedAt,
  (SELECT count(*) FROM trm_pairs p WHERE p.dataset_id = a.dataset_id) * a.askings AS total,
  count(s.pair_id) AS answered, count(s.score) AS scored, coalesce(sum(s.attempts), 0) AS attempts, coalesce(sum(s.seconds), 0) AS seconds,
  coalesce(sum(s.prompt_tokens), 0) AS promptTokens, coalesce(sum(s.completion_tokens), 0) AS completionTokens, sum(s.cost) AS cost
  FROM trm_annotations a JOIN trm_datasets d ON d.id = a.dataset_id LEFT JOIN trm_scores s ON s.annotation_id = a.id`;

/** The reads over an open database. */
export function trmAnnotationQueries(db: Database) {
  const all = db.prepare(`${LIST} GROUP BY a.id ORDER BY a.id`);
  const byId = db.prepare(`${LIST} WHERE a.id = ? GROUP BY a.id`);
  const failures = db.prepare(
    'SELECT failure, count(*) AS n FROM trm_scores WHERE annotation_id = ? AND failure IS NOT NULL GROUP BY failure',
  );
  const byName = db.prepare('SELECT id FROM trm_annotations WHERE dataset_id = ? AND name = ?').pluck();
  const names = db.prepare('SELECT name FROM trm_annotations WHERE dataset_id = ? ORDER BY id').pluck();
  const waiting = db.prepare(
    `SELECT p.id AS pairId, k.value AS asking, q.question AS questionId, p.thinking, p.text
     FROM trm_annotations a JOIN trm_pairs p ON p.dataset_id = a.dataset_id JOIN questions q ON q.id = p.question_id
     JOIN json_each('[0, 1]') k ON k.value < a.askings
     LEFT JOIN trm_scores s ON s.annotation_id = a.id AND s.asking = k.value AND s.pair_id = p.id
     WHERE a.id = @id AND (s.pair_id IS NULL OR (@failed AND s.score IS NULL)) ORDER BY k.value, p.position`,
  );
  const annotated = db.prepare(
    `SELECT p.id AS pairId, q.question AS questionId, p.run, p.step, p.text, p.thinking, p.truncated, p.outcome_reward AS outcomeReward,
       s.score, t.score AS scoreAgain, a.askings, s.dimensions, s.step_labels AS stepLabels
     FROM trm_annotations a JOIN trm_pairs p ON p.dataset_id = a.dataset_id JOIN questions q ON q.id = p.question_id
     LEFT JOIN trm_scores s ON s.annotation_id = a.id AND s.asking = 0 AND s.pair_id = p.id
     LEFT JOIN trm_scores t ON t.annotation_id = a.id AND t.asking = 1 AND t.pair_id = p.id
     WHERE a.id = ? ORDER BY p.position`,
  );

  const toRow = (row: Record<string, unknown>): TrmAnnotationRow => {
    const { answered, ...rest } = row as unknown as TrmAnnotationRow & { answered: number; settings: string };
    const kinds = failures.all(rest.id) as { failure: string; n: number }[];
    return {
      ...rest,
      settings: factsOf(rest.settings as string),
      failed: answered - rest.scored,
      waiting: rest.total - answered,
      failures: Object.fromEntries(kinds.map(({ failure, n }) => [failure, n])),
    };
  };
  const json = <T>(text: unknown): T | null => (typeof text === 'string' ? readJson<T>(text, 'value', []) : null);

  return {
    /** All annotations with the state of their queues. */
    trmAnnotations: (): TrmAnnotationRow[] => (all.all() as Record<string, unknown>[]).map(toRow),

    /** One annotation; throws `usage` for an unknown id. */
    trmAnnotation(id: number): TrmAnnotationRow {
      const row = byId.get(id) as Record<string, unknown> | undefined;
      if (row === undefined) throw new SophiaError('usage', `There is no annotation ${id}.`);
      return toRow(row);
    },

    /** The id of a data set's annotation by name, or null. */
    trmAnnotationId: (datasetId: number, name: string): number | null =>
      (byName.get(datasetId, name) as number | undefined) ?? null,

    /** Names of a data set's annotations, oldest first. */
    trmAnnotationNames: (datasetId: number): string[] => names.all(datasetId) as string[],

    /** Pairs without an answer, first askings first; with `failed` also those whose last answer was a failure. */
    waitingPairs: (annotationId: number, failed = false): WaitingPair[] =>
      waiting.all({ id: annotationId, failed: Number(failed) }) as WaitingPair[],

    /** Every pair of an annotation's data set with its answers, in order; unanswered ones have null scores. */
    annotatedPairs: (annotationId: number): AnnotatedPair[] =>
      (annotated.all(annotationId) as Record<string, unknown>[]).map(
        ({ askings, ...row }) =>
          ({
            ...row,
            truncated: row.truncated === 1,
            scoreAgain: askings === 2 ? row.scoreAgain : undefined,
            dimensions: json(row.dimensions),
            stepLabels: json(row.stepLabels),
          }) as AnnotatedPair,
      ),
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
