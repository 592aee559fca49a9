/** Reads of token values: one response's, and which responses of a step have them. */
import type { Database } from 'better-sqlite3';

/** Where a response's token values come from. */
export interface TokenSource {
  /** The policy's weights after this step gave them; 0: those it began with. */
  readonly weightsStep: number;
  /** Whether the run kept them while it trained, under the weights that sampled. */
  readonly isRecorded: boolean;
  /** Hash of the checkpoint that they were computed from; null: none was needed. */
  readonly weightsHash: string | null;
}

/** Token values of one response, as bytes (shared/run/token-values.ts). */
export interface StoredTokens extends TokenSource {
  readonly data: Buffer;
}

/** The reads over an open database. */
export function tokenQueries(db: Database) {
  const one = db.prepare<[number], Omit<StoredTokens, 'isRecorded'> & { readonly isRecorded: number }>(
    `SELECT weights_step AS weightsStep, is_recorded AS isRecorded, weights_hash AS weightsHash, data
     FROM response_tokens WHERE response_id = ?`,
  );
  const ofStep = db.prepare<
    [number, number],
    { readonly kept: number; readonly recorded: number; readonly responses: number }
  >(
    `SELECT count(t.id) AS kept, total(t.is_recorded) AS recorded, count(*) AS responses
     FROM responses p LEFT JOIN response_tokens t ON t.response_id = p.id WHERE p.run_id = ? AND p.step = ?`,
  );
  return {
    /** Token values of a response; null: not kept. */
    responseTokens(responseId: number): StoredTokens | null {
      const row = one.get(responseId);
      return row === undefined ? null : { ...row, isRecorded: row.isRecorded === 1 };
    },
    /** How many responses of a step have token values, and how many of those the run itself kept. */
    stepTokens: (runId: number, step: number) => ofStep.get(runId, step) ?? { kept: 0, recorded: 0, responses: 0 },
  };
}
