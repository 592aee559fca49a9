/** Writes values of a step's tokens: those that a run kept while it trained, and those computed afterwards, which never replace the former. */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { bytesOfBase64, tokenBytesFault } from '../../../shared/run/token-values.ts';

/** Which weights gave the values. */
export interface TokenWeights {
  readonly step: number; // the policy's after this step; 0: those it began with
  readonly hash: string | null; // of the checkpoint
}

/** A writer of one response's values, to be called inside a transaction. `values` are base64 of packTokenValues. */
export function tokenRecorder(db: Database) {
  const insert = db.prepare(
    `INSERT INTO response_tokens (response_id, weights_step, is_recorded, weights_hash, data) VALUES (@id, @step, @recorded, @hash, @data)
     ON CONFLICT (response_id) DO UPDATE SET weights_step = @step, is_recorded = @recorded, weights_hash = @hash, data = @data
     WHERE is_recorded = 0`,
  );
  return (responseId: number | bigint, values: string, weights: TokenWeights, isRecorded: boolean): void => {
    const bytes = bytesOfBase64(values);
    const why = bytes === null ? 'no base64' : tokenBytesFault(bytes);
    if (bytes === null || why !== null) throw new SophiaError('data', `Token values of a response are ${why}.`);
    insert.run({
      ...{ id: responseId, step: weights.step, recorded: Number(isRecorded), hash: weights.hash },
      data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    });
  };
}

/** The writer of values computed afterwards over an open database. */
export function tokenWriter(db: Database) {
  const record = tokenRecorder(db);
  const responses = db
    .prepare<[number, number], number>(
      'SELECT id FROM responses WHERE run_id = ? AND step = ? ORDER BY group_index, sample',
    )
    .pluck();
  return {
    /**
     * Keeps values of some responses of a step, the first of them in order of group and sample being number `from`; null: none could be had. Those
     * that the run itself kept stay. @throws SophiaError 'conflict' where the step has fewer responses, 'data' for values of another form
     */
    keepTokens: db.transaction(
      (runId: number, step: number, from: number, values: readonly (string | null)[], weights: TokenWeights): void => {
        const ids = responses.all(runId, step).slice(from, from + values.length);
        if (ids.length < values.length)
          throw new SophiaError(
            'conflict',
            `Step ${step} of run ${runId} has fewer responses than there are values for.`,
            'It was cut off or recorded anew meanwhile: compute its tokens again.',
          );
        values.forEach((value, i) => {
          const id = ids[i];
          if (value !== null && id !== undefined) record(id, value, weights, false);
        });
      },
    ),
  };
}
