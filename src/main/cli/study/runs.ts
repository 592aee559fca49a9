/** `sophia study runs`: a study's runs as a table of chosen columns, filtered, sorted, grouped. */
import type { Command } from 'commander';
import type { CellValue, RunColumn, RunTableRow } from '../../../shared/run-table/column.ts';
import { textOf } from '../../../shared/run-table/filter/apply.ts';
import { findColumn } from '../../../shared/run-table/filter/find-column.ts';
import { groupedRows, sortedRows, sortingOf } from '../../../shared/run-table/order.ts';
import { clock, moment, type PrintColumn, printRows } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface RunsOptions extends GlobalOptions {
  readonly filter?: string;
  readonly sort?: string;
  readonly columns?: string;
  readonly group?: string;
  readonly listColumns?: boolean;
}

/** Adds the sub-verb. */
export function defineStudyRuns(command: Command): void {
  command
    .command('runs <study>')
    .description("a study's runs as a table: settings that differ, accuracy, metrics (mean of the last 20 steps)")
    .option('--columns <list>', 'columns by name, comma-separated, such as seed,alpha,accuracy,kl:best')
    .option('--filter <expression>', 'only such runs: "trust = on and accuracy > 50% and seed in (1, 2)"')
    .option('--sort <column>', 'order by a column; with "-" before it the largest first (--sort=-accuracy)')
    .option('--group <column>', 'a row per value of a column: mean ± half the 95 % interval over its runs')
    .option('--list-columns', 'list the available columns instead')
    .action((study: string, _options: unknown, self: Command) => runs(study, self.optsWithGlobals<RunsOptions>()));
}

async function runs(reference: string, options: RunsOptions): Promise<void> {
  const { resolveHome } = await import('../../store/open/home.ts');
  const { openStore } = await import('../../store/store.ts');
  const { runTable } = await import('../../store/run-table/run-table.ts');
  const store = openStore(resolveHome(options.home), { readonly: true });
  try {
    const studyId = store.findStudy(reference);
    const { columns: known, usual } = runTable(store, studyId, { columns: [] });
    if (options.listColumns === true) return printColumns(known, options.json === true);
    const find = (name: string) => findColumn(known, name.trim());
    const columns = (options.columns?.split(',') ?? usual).map(find);
    const asked = sortingOf(options.sort ?? '');
    const sorting = asked && { ...asked, column: find(asked.column).id };
    const group = options.group === undefined ? null : find(options.group);
    const wanted = [...columns.map(({ id }) => id), ...(sorting ? [sorting.column] : []), ...(group ? [group.id] : [])];
    const { rows, total } = runTable(store, studyId, { columns: wanted, filter: options.filter });
    const print = options.json === true ? printJson : console.log;
    if (group !== null) {
      const groups = groupedRows(rows, group.id, columns, sorting);
      if (options.json === true)
        return print(
          groups.map(({ value, rows, figures }) => ({ value, runs: rows.map(({ name }) => name), figures })),
        );
      return print(printRows(groups, groupColumns(group, columns)));
    }
    const sorted = sortedRows(rows, sorting);
    if (options.json === true) return print(sorted);
    print(sorted.length === 0 ? 'No runs.' : printRows(sorted, columns.map(runColumn)));
    if (rows.length < total) console.log(`${rows.length} of ${total} runs`);
  } finally {
    store.close();
  }
}

const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2));

function printColumns(columns: readonly RunColumn[], isJson: boolean): void {
  const rows = () =>
    printRows(columns, [
      { head: 'column', text: ({ id }) => id },
      { head: 'also', text: ({ aliases }) => aliases?.join(', ') ?? null },
      { head: 'title', text: ({ title }) => title },
      { head: 'runs differ', text: ({ differs }) => (differs === true ? 'yes' : null) },
    ]);
  if (isJson) printJson(columns);
  else console.log(rows());
}

const headOf = ({ id, unit }: RunColumn) => (unit === 'share' ? `${id} %` : id);

function runColumn(column: RunColumn): PrintColumn<RunTableRow> {
  return {
    head: headOf(column),
    text: ({ values }) => cellText(column, values[column.id] ?? null),
    right: column.kind === 'number',
  };
}

function groupColumns(
  group: RunColumn,
  columns: readonly RunColumn[],
): PrintColumn<ReturnType<typeof groupedRows>[number]>[] {
  return [
    { head: group.id, text: ({ value }) => cellText(group, value) },
    { head: 'runs', text: ({ rows }) => rows.length, right: true },
    ...columns
      .filter(({ kind, id }) => kind === 'number' && id !== group.id)
      .map((column) => ({
        head: headOf(column),
        text: ({ figures }: ReturnType<typeof groupedRows>[number]) => {
          const figure = figures[column.id];
          if (figure === undefined) return null;
          const half = figure.half === null ? '' : ` ± ${cellText(column, figure.half)}`;
          return `${cellText(column, figure.mean)}${half}`;
        },
        right: true,
      })),
  ];
}

function cellText({ unit }: RunColumn, value: CellValue): string | null {
  if (typeof value !== 'number') return value === null ? null : textOf(value);
  if (unit === 'share') return (100 * value).toFixed(1);
  if (unit === 'time') return moment(value);
  return unit === 's' ? clock(value) : String(Number(value.toPrecision(4)));
}
