/** Columns in the groups in which they are offered: those that runs differ in before the other settings. */
import type { RunColumn } from '../../../../shared/run-table/column.ts';

const GROUPS: readonly (readonly [string, (column: RunColumn) => boolean])[] = [
  ['Run', ({ group }) => group === 'run'],
  ['Accuracy on held-out questions', ({ group }) => group === 'accuracy'],
  ['Settings that differ', ({ differs }) => differs === true],
  ['Metrics', ({ group }) => group === 'metric'],
  ['Other settings', ({ group, differs }) => group === 'setting' && differs !== true],
];

/** The groups that have any of the columns. */
export function columnGroups(
  columns: readonly RunColumn[],
): { readonly title: string; readonly columns: RunColumn[] }[] {
  return GROUPS.map(([title, has]) => ({ title, columns: columns.filter(has) })).filter(
    ({ columns }) => columns.length > 0,
  );
}
