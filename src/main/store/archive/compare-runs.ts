/**
 * Two runs, row by row and bit by bit: metrics, responses, evaluations with their answers, and the hash of the final weights. Left out is
 * what the clock and the machine decide: times, speeds, memory.
 */
import type { ReadStore } from '../store.ts';

/** A run in a store. */
export interface RunPlace {
  readonly store: ReadStore;
  readonly runId: number;
}

/** What differs first in each kind of row, one line each; empty: the runs are equal. */
export interface RunComparison {
  readonly differences: readonly string[];
  readonly rows: number; // compared
}

const CLOCK = "name = 'step_time' OR name LIKE 'time/%' OR name LIKE 'tokens_per_second/%' OR name LIKE 'memory/%'";

const KINDS = {
  metrics: `SELECT m.step, n.name, m.value FROM metrics m JOIN metric_names n ON n.id = m.metric_id
    WHERE m.run_id = ? AND NOT (${CLOCK}) ORDER BY m.step, n.name`,
  responses: `SELECT p.step, q.question, p.sample, p.text, p.tokens, p.truncated, p.format_valid, p.outcome_reward, p.outcome_reason,
      p.thinking_reward, p.thinking_failure, p.rubric_score, p.mu_c, p.mu_w, p.n_c, p.n_w, p.gamma, p.gamma_logged, p.decay, p.alpha, p.reward,
      p.advantage
    FROM responses p JOIN questions q ON q.id = p.question_id WHERE p.run_id = ? ORDER BY p.step, p.group_index, p.sample`,
  evaluations: `SELECT e.step, e.benchmark, e.mode, e.benchmark_hash, e.questions, e.correct, e.mean_outcome
    FROM evaluations e WHERE e.run_id = ? ORDER BY e.step, e.benchmark, e.mode`,
  answers: `SELECT e.step, e.benchmark, e.mode, a.position, q.question, a.outcome_reward, a.correct, a.text
    FROM evaluations e JOIN evaluated_questions a ON a.evaluation_id = e.id JOIN questions q ON q.id = a.question_id
    WHERE e.run_id = ? ORDER BY e.step, e.benchmark, e.mode, a.position`,
} as const;

/** Compares a run with what it should be. */
export function compareRuns(expected: RunPlace, actual: RunPlace): RunComparison {
  const differences: string[] = [];
  let rows = 0;
  for (const [kind, sql] of Object.entries(KINDS)) {
    const read = ({ store, runId }: RunPlace) => store.database.prepare<[number], object>(sql).iterate(runId);
    const theirs = read(actual);
    let difference: string | null = null;
    for (const row of read(expected)) {
      const other = theirs.next();
      rows++;
      difference = other.done ? `${place(row)} is missing` : differing(row, other.value);
      if (difference !== null) break;
    }
    if (difference === null) {
      const more = theirs.next();
      if (!more.done) difference = `${place(more.value)} is one too many`;
    }
    theirs.return?.();
    if (difference !== null) differences.push(`${kind}: ${difference}`);
  }
  const [wanted, got] = [expected, actual].map(({ store, runId }) => store.run(runId).weightsHash);
  if (wanted !== got) differences.push(`weights: sha256 ${wanted ?? 'none'} was expected, ${got ?? 'none'} came out`);
  return { differences, rows };
}

function differing(expected: object, actual: object): string | null {
  const other = new Map(Object.entries(actual));
  for (const [name, value] of Object.entries(expected))
    if (!Object.is(value, other.get(name)))
      return `${place(expected)}: ${name} ${JSON.stringify(value)} was expected, ${JSON.stringify(other.get(name))} came out`;
  return null;
}

/** Where a row stands: its step and what names it. */
function place(row: object): string {
  const { step, name, question, sample, benchmark, mode, position } = row as Record<string, unknown>;
  const parts = [name, benchmark, mode, position, question, sample].filter((part) => part !== undefined);
  return `step ${step}, ${parts.join(' ')}`;
}
