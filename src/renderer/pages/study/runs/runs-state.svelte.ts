/**
 * What the page of a study's runs shows: the view of its address, the runs that fit it, which are ticked. The engine filters and reads; order,
 * groups and brushes are made here of what it gave.
 */
import { SvelteSet } from 'svelte/reactivity';
import type { RunColumn, RunTableRow } from '../../../../shared/run-table/column.ts';
import { groupedRows, type RunGroup, sortedRows, sortingOf } from '../../../../shared/run-table/order.ts';
import { type RunView, USUAL_VIEW, VIEW_LIMITS } from '../../../../shared/run-table/view.ts';
import { variantTitles } from '../../../../shared/text/distinct-labels.ts';
import { api, type Outputs } from '../../../api/client.ts';
import { Resource } from '../../../state/resource.svelte.ts';
import { route } from '../../../state/route.svelte.ts';
import { studyArms } from '../study-arms.ts';
import { queryOfView, viewOfQuery } from './view-address.ts';

export type Row = RunTableRow;
/** A line of the table: a run, or the group of those below it. */
export type Line =
  | { readonly kind: 'run'; readonly key: string; readonly row: Row }
  | { readonly kind: 'group'; readonly key: string; readonly group: RunGroup<Row>; readonly isFolded: boolean };

type SavedView = Outputs['views']['ofStudy'][number];

export class RunsState {
  readonly id: number;
  readonly saved: Resource<Outputs['views']['ofStudy']> = new Resource(() =>
    api.views.ofStudy.query({ studyId: this.id }),
  );
  readonly table: Resource<Outputs['runs']['ofStudy']> = new Resource(
    () => {
      const { columns, filter } = this.view;
      const also = this.#also;
      return api.runs.ofStudy.query({ studyId: this.id, filter, also, ...(columns !== null && { columns }) });
    },
    () => this.question,
  );
  /** Runs that are ticked, by id. */
  readonly ticked = new SvelteSet<number>();
  /** Keys of groups that are folded. */
  readonly folded = new SvelteSet<string>();
  /** Labels of variants that charts do not draw. */
  hidden = $state<ReadonlySet<string>>(new Set());

  readonly chosen = $derived.by((): SavedView | undefined =>
    this.saved.value?.find(({ id }) => String(id) === route.current.query.view),
  );
  readonly base = $derived(this.chosen?.view ?? USUAL_VIEW);
  readonly view: RunView = $derived(viewOfQuery(this.base, route.current.query));
  readonly isChanged = $derived(Object.values(queryOfView(this.view, this.base)).some((part) => part !== undefined));

  readonly columns = $derived(this.table.value?.columns ?? []);
  readonly byId = $derived(new Map(this.columns.map((column) => [column.id, column])));
  /** The columns that are shown; those that this study does not have are told apart. */
  readonly shown = $derived(
    (this.view.columns ?? this.table.value?.usual ?? []).flatMap((id): RunColumn[] => {
      const column = this.byId.get(id);
      return column === undefined ? [] : [column];
    }),
  );
  readonly unknown = $derived(
    this.table.value === undefined ? [] : (this.view.columns ?? []).filter((id) => !this.byId.has(id)),
  );
  /** Settings that the runs differ in. */
  readonly differing = $derived(this.columns.filter(({ differs }) => differs));

  readonly titles = $derived.by(() => {
    const variants = this.table.value?.study.variants ?? [];
    const titles = variantTitles(variants);
    return new Map(variants.map(({ name }, i) => [name, titles[i] ?? name]));
  });
  readonly arms = $derived.by(() => {
    const study = this.table.value?.study;
    return study === undefined ? [] : studyArms(study, this.hidden);
  });

  /** Runs that pass the filter and lie within the brushes, in order. */
  readonly rows = $derived.by((): readonly Row[] => {
    const all = this.table.value?.rows ?? [];
    const within = all.filter((row) => this.view.brushes.every((brush) => isWithin(row, brush)));
    return sortedRows(within, sortingOf(this.view.sort));
  });
  readonly groups = $derived.by((): readonly RunGroup<Row>[] | null => {
    const { group, sort } = this.view;
    return this.byId.has(group) ? groupedRows(this.rows, group, this.shown, sortingOf(sort)) : null;
  });
  readonly lines = $derived.by((): readonly Line[] => {
    const run = (row: Row): Line => ({ kind: 'run', key: `run ${row.id}`, row });
    if (this.groups === null) return this.rows.map(run);
    return this.groups.flatMap((group): Line[] => {
      const key = `group ${JSON.stringify(group.value)}`;
      const isFolded = this.folded.has(key);
      return [{ kind: 'group', key, group, isFolded }, ...(isFolded ? [] : group.rows.map(run))];
    });
  });
  /** Ticked runs that are shown. */
  readonly chosenRows = $derived(this.rows.filter(({ id }) => this.ticked.has(id)));

  /** What the table and the charts beside it need values of. */
  readonly #also = $derived.by(() => {
    const { sort, group, panels, sweep, brushes } = this.view;
    const settings = sweep === '' ? [] : this.differing.map(({ id }) => id);
    const named = [sortingOf(sort)?.column ?? '', group, sweep, ...brushes.map(({ column }) => column)];
    const all = [...named, ...panels.flatMap(({ x, y }) => [x, y]), ...settings];
    return [...new Set(all.filter((id) => id !== ''))].slice(0, VIEW_LIMITS.further);
  });
  readonly question = $derived(JSON.stringify([this.view.columns, this.#also, this.view.filter]));

  constructor(id: number) {
    this.id = id;
  }

  /** Changes parts of the view, and with it the address. */
  change(parts: Partial<RunView>): void {
    route.setQuery(queryOfView({ ...this.view, ...parts }, this.base));
  }

  /** Begins with a saved view, as it was saved; undefined: with the usual one. */
  choose(id: number | undefined): void {
    route.setQuery({ ...queryOfView(USUAL_VIEW, USUAL_VIEW), view: id });
  }

  tick(rows: readonly Row[], isTicked: boolean): void {
    for (const { id } of rows) {
      if (isTicked) this.ticked.add(id);
      else this.ticked.delete(id);
    }
  }

  fold(key: string, isFolded: boolean): void {
    if (isFolded) this.folded.add(key);
    else this.folded.delete(key);
  }
}

function isWithin({ values }: Row, { column, low, high }: RunView['brushes'][number]): boolean {
  const value = values[column];
  return typeof value === 'number' && value >= (low ?? -Infinity) && value <= (high ?? Infinity);
}
