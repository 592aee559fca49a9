/**
 * What a table of runs shows, of one study or of all: the view of the address, the runs that fit it, which are ticked. The engine filters and reads; order,
 * groups and brushes are made here of what it gave.
 */
import { untrack } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { ALWAYS_USUAL, type RunColumn, type RunTableRow } from '../../../shared/run-table/column.ts';
import { groupedRows, mixedSets, type RunGroup, sortedRows, sortingOf } from '../../../shared/run-table/order.ts';
import { type RunView, USUAL_VIEW, VIEW_LIMITS } from '../../../shared/run-table/view.ts';
import { api, type Outputs } from '../../api/client.ts';
import { Resource } from '../../state/resource.svelte.ts';
import { route } from '../../state/route.svelte.ts';
import { studyArms } from './study-arms.ts';
import { queryOfView, viewOfQuery } from './view-address.ts';

export type Row = RunTableRow;
/** A line of the table: a run, or the group of those below it. */
export type Line =
  | { readonly kind: 'run'; readonly key: string; readonly row: Row }
  | { readonly kind: 'group'; readonly key: string; readonly group: RunGroup<Row>; readonly isFolded: boolean };

type SavedView = Outputs['views']['list'][number];

/** What the table of all runs shows where no view is chosen: what happened last comes first. */
const USUAL_OF_ALL: RunView = { ...USUAL_VIEW, sort: '-updated' };

export class RunsState {
  /** The study's; null: all runs. */
  readonly id: number | null;
  readonly usual: RunView;
  readonly saved: Resource<Outputs['views']['list']> = new Resource(() => api.views.list.query({ studyId: this.id }));
  readonly table: Resource<Outputs['runs']['table']> = new Resource(
    () => {
      const { columns, filter } = this.view;
      const [also, find] = [this.#also, this.find];
      return api.runs.table.query({ studyId: this.id, filter, find, also, ...(columns !== null && { columns }) });
    },
    () => this.question,
  );
  /** Words that runs must hold, and tags that they must have: of the list of all runs, in whose address they stand. */
  readonly find = $derived.by(() => (this.id === null ? (route.current.query.find ?? '') : ''));
  readonly tags = $derived.by(() => (this.id === null ? (route.current.query.tags?.split(',') ?? []) : []));
  /** Runs that are ticked, by id. */
  readonly ticked = new SvelteSet<number>();
  /** Keys of groups that are folded. */
  readonly folded = new SvelteSet<string>();
  /** Labels of variants that charts do not draw. */
  hidden = $state<ReadonlySet<string>>(new Set());

  readonly chosen = $derived.by((): SavedView | undefined =>
    this.saved.value?.find(({ id }) => String(id) === route.current.query.view),
  );
  readonly base = $derived.by(() => this.chosen?.view ?? this.usual);
  readonly view: RunView = $derived(viewOfQuery(this.base, route.current.query));
  readonly isChanged = $derived(Object.values(queryOfView(this.view, this.base)).some((part) => part !== undefined));

  readonly columns = $derived(this.table.value?.columns ?? []);
  readonly byId = $derived(new Map(this.columns.map((column) => [column.id, column])));
  /** The columns that are shown; those that these runs do not have are told apart. */
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

  /** Of one study: its variants as charts draw them. */
  readonly arms = $derived.by(() => {
    const study = this.table.value?.study ?? null;
    return study === null ? [] : studyArms(study, this.hidden);
  });

  /** Runs that pass the filter and lie within the brushes, in order. */
  readonly rows = $derived.by((): readonly Row[] => {
    const all = this.table.value?.rows ?? [];
    const within = all.filter(
      (row) =>
        this.view.brushes.every((brush) => isWithin(row, brush)) && this.tags.every((tag) => row.tags.includes(tag)),
    );
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
  /** Columns of accuracy in which the shown runs' figures are shares of different questions. */
  readonly mixed = $derived(mixedSets(this.rows, this.shown));
  /** Ticked runs that are shown. */
  readonly chosenRows = $derived(this.rows.filter(({ id }) => this.ticked.has(id)));

  /** What the table and the charts beside it need values of. */
  readonly #also = $derived.by(() => {
    const { sort, group, panels, sweep, brushes } = this.view;
    const settings = sweep === '' ? [] : this.differing.map(({ id }) => id);
    const named = [sortingOf(sort)?.column ?? '', group, sweep, ...brushes.map(({ column }) => column)];
    const all = [...named, ...panels.flatMap(({ x, y }) => [x, y]), ...settings];
    const shown: readonly string[] = this.view.columns ?? ALWAYS_USUAL[this.id === null ? 'ofAll' : 'ofStudy'];
    return [...new Set(all.filter((id) => id !== '' && !shown.includes(id)))].slice(0, VIEW_LIMITS.further);
  });
  readonly question = $derived(JSON.stringify([this.view.columns, this.#also, this.view.filter, this.find]));

  constructor(id: number | null) {
    this.id = id;
    this.usual = id === null ? USUAL_OF_ALL : USUAL_VIEW;
  }

  /** Loads what is asked for once the saved views say what that is; to be called within an effect, which then follows the question. */
  follow(): void {
    this.question;
    const isReady = this.saved.value !== undefined || this.saved.problem !== null;
    if (isReady) untrack(() => void this.table.load());
  }

  /** Words of the questions that a run's figure is a share of. */
  setOf({ sets }: Row, column: string): string | undefined {
    const place = sets[column];
    return place === undefined ? undefined : this.table.value?.questionSets[place];
  }

  /** Changes parts of the view, and with it the address. */
  change(parts: Partial<RunView>): void {
    route.setQuery(queryOfView({ ...this.view, ...parts }, this.base));
  }

  /** Begins with a saved view, as it was saved; undefined: with the usual one. Words and tags stay. */
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
