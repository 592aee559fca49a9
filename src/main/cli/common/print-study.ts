/** A study's results in the terminal. */
import type { RunRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';

/** Prints a study's table for people or, as one object with its runs, for programs. */
export async function printStudy(store: Store, studyId: number, json: boolean): Promise<void> {
  const { exportedTable, TABLE_WRITERS } = await import('../../store/table/table.ts');
  const table = exportedTable(store, studyId);
  if (!json && table.columns.length === 0) return console.log('No run has been evaluated, so there is no table yet.');
  if (!json) return console.log(`\n${TABLE_WRITERS.markdown(table)}`);
  const runs = store.listRuns({ studyId }).reverse().map(summary);
  console.log(JSON.stringify({ study: table.study, hash: table.studyHash, runs, table }, null, 2));
}

function summary({ id, name, variant, seed, state, reason, step, totalSteps, weightsHash }: RunRow) {
  return { id, name, variant, seed, state, reason, step, totalSteps, weightsHash };
}
