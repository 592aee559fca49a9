/** `sophia trm list`: what the TRM pipeline has made in this home; readable beside a running engine. */
import { firstOf } from '../../../shared/values/list.ts';
import { resolveHome } from '../../store/open/home.ts';
import { openStore } from '../../store/store.ts';
import { plain, printRows } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';
import { print } from '../common/with-store.ts';

/** Prints everything, a table for each kind of thing. */
export function list(flags: GlobalOptions): void {
  const store = openStore(resolveHome(flags.home), { readonly: true });
  try {
    const all = {
      datasets: store.trmDatasets(),
      annotations: store.trmAnnotations(),
      builds: store.trmBuilds(),
      models: store.trmModels(),
      validations: store.trmValidations(),
    };
    print(flags, all, [
      section(all.datasets, { 'data set': (row) => row.name, pairs: (row) => row.pairs, runs: (row) => row.runs }),
      section(all.annotations, {
        annotation: (row) => row.name,
        'of data set': (row) => row.dataset,
        scored: (row) => row.scored,
        failed: (row) => row.failed,
        waiting: (row) => row.waiting,
        cost: (row) => row.cost,
        state: (row) => row.state,
      }),
      section(all.builds, {
        build: (row) => row.name,
        'of data set': (row) => row.dataset,
        kind: (row) => row.kind,
        collected: (row) => row.collected,
        kept: (row) => row.kept,
        sampled: (row) => row.sampled,
      }),
      section(all.models, {
        'trained TRM': (row) => row.name,
        'of build': (row) => row.build,
        steps: (row) => `${row.step}/${row.totalSteps}`,
        state: (row) => row.state,
      }),
      section(all.validations, { validation: (row) => row.name, source: (row) => row.source }),
    ]);
  } finally {
    store.close();
  }
}

function section<T>(rows: readonly T[], columns: Record<string, (row: T) => string | number | null>): string {
  const heads = Object.entries(columns).map(([head, text]) => ({ head, text }));
  return rows.length === 0 ? `${plain(firstOf(heads, 'column').head)}: none yet\n` : `${printRows(rows, heads)}\n`;
}
