/** The runs of a table, of one study or of all, with what their columns need of their studies' plans. */
import type { Settings } from '../../../shared/settings/settings.ts';
import { differingPaths } from '../../../shared/study/arm-differences.ts';
import type { Study } from '../../../shared/study/study.ts';
import { variantTitles } from '../../../shared/text/distinct-labels.ts';
import { parsedJson } from '../../../shared/values/parsed-json.ts';
import { studyWorld, type WorldName, worldCalled } from '../../../shared/worlds/worlds.ts';
import type { RunRow, StudyDetail } from '../rows.ts';
import type { ReadStore } from '../store.ts';

/** The runs, in their usual order. */
export interface TableRuns {
  /** Null: of all studies. */
  readonly study: (Pick<StudyDetail, 'name'> & Pick<Study, 'variants' | 'baseline'>) | null;
  readonly runs: readonly RunRow[];
  readonly worldOf: (studyId: number) => WorldName;
  /** A run's variant, told from the others of its study. */
  readonly titleOf: (run: Pick<RunRow, 'studyId' | 'variant'>) => string;
  /** Paths of the settings that they differ in. */
  readonly differing: () => string[];
  /** Reads their settings, whose look-up it returns. */
  readonly settings: () => (runId: number) => Settings | undefined;
}

/** A study's runs, by variant as planned and seed. */
export function runsOfStudy(store: ReadStore, studyId: number): TableRuns {
  const { plan, name } = store.study(studyId);
  const order = new Map(plan.variants.map(({ name }, i) => [name, i]));
  const placeOf = (run: RunRow) => order.get(run.variant) ?? order.size;
  const titles = titlesOf(plan.variants);
  const world = studyWorld(plan.settings);
  const runs = store.listRuns({ studyId }).sort((a, b) => placeOf(a) - placeOf(b) || a.seed - b.seed || a.id - b.id);
  const settings = store.settingsOfRuns(runs.map(({ id }) => id));
  const byId = new Map(settings.map((row) => [row.id, row.settings]));
  return {
    study: { name, variants: plan.variants, baseline: plan.baseline },
    runs,
    worldOf: () => world,
    titleOf: ({ variant }) => titles.get(variant) ?? variant,
    differing: () => differingPaths(trained(settings)),
    settings: () => (id) => byId.get(id),
  };
}

/** All runs of the home, newest first. */
export function runsOfAll(store: ReadStore): TableRuns {
  const runs = store.listRuns();
  const plans = new Map(
    store.planFacts().map(({ id, world, variants }) => {
      const named = parsedJson(variants ?? '[]') as [string, string][];
      return [id, { world: worldCalled(world), titles: titlesOf(named.map(([name, title]) => ({ name, title }))) }];
    }),
  );
  return {
    study: null,
    runs,
    worldOf: (studyId) => plans.get(studyId)?.world ?? 'everyday',
    titleOf: ({ studyId, variant }) => plans.get(studyId)?.titles.get(variant) ?? variant,
    differing: () => differingPaths(trained(store.settingsOfVariants())),
    settings() {
      const byId = new Map(store.settingsOfRuns(runs.map(({ id }) => id)).map((row) => [row.id, row.settings]));
      return (id) => byId.get(id);
    },
  };
}

const titlesOf = (variants: readonly { readonly name: string; readonly title: string }[]): Map<string, string> => {
  const titles = variantTitles(variants);
  return new Map(variants.map(({ name }, i) => [name, titles[i] ?? name]));
};

/** Settings of runs that trained here; those of another program's log have none. */
const trained = (rows: readonly { readonly settings: Settings }[]): Settings[] =>
  rows.map(({ settings }) => settings).filter((own) => own.training !== undefined);
