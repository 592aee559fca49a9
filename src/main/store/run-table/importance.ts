/**
 * How much each setting of a sweep moves a column of its runs: least squares on all settings that the runs differ in, at once. A setting's share is
 * the standard deviation of what it contributes over that of the column: for a number the size of its standardised coefficient; for a choice that
 * of its levels together (one-hot, against the first). It describes the runs that are given: linear, without interactions; where two settings
 * act together that is told beside it.
 */
import { SophiaError } from '../../../shared/errors.ts';
import { axisOf } from '../../../shared/run-table/axis.ts';
import type { CellValue, RunColumn, RunTableRow } from '../../../shared/run-table/column.ts';
import { textOf } from '../../../shared/run-table/filter/apply.ts';
import { stdOf } from '../../../shared/values/means.ts';
import { leastSquares } from '../statistics/least-squares.ts';
import type { ReadStore } from '../store.ts';
import { type Interaction, strongestInteraction } from './interaction.ts';
import { runTable } from './run-table.ts';

/** What a step of a setting does, all others equal, in the column's unit; `half`: of its 95 % interval, null where nothing is left to tell it by. */
export interface SettingEffect {
  readonly from: string;
  readonly to: string;
  readonly difference: number;
  readonly half: number | null;
}

/** A setting that was ranked. A number has one effect, from its least to its largest value; a choice one for each level but the first. */
export interface SettingImportance {
  readonly column: string;
  readonly title: string;
  readonly isLog: boolean;
  readonly share: number;
  readonly effects: readonly SettingEffect[];
}

/** What a sweep says of its settings. */
export interface Importance {
  /** Runs that have the column; `leftOut` have not, or lack a setting. */
  readonly n: number;
  readonly leftOut: number;
  readonly rSquared: number | null;
  /** The largest share first; empty where there are too few runs, or nothing differs. */
  readonly settings: readonly SettingImportance[];
  /** Settings that cannot be told apart: they change together. */
  readonly collinear: readonly string[];
  /** Settings that these runs do not differ in, though others of the study do. */
  readonly constant: readonly string[];
  /** The two settings that act together most, or null. */
  readonly interaction: Interaction | null;
  /** Why nothing is ranked, or null. */
  readonly why: string | null;
}

/** A setting as the columns of the fit that it is made into. */
interface Part {
  readonly setting: RunColumn;
  readonly isLog: boolean;
  readonly columns: readonly {
    readonly from: string;
    readonly to: string;
    readonly step: number;
    readonly values: readonly number[];
  }[];
}

/** Of the runs of a study that a filter lets through. @throws SophiaError 'usage' where the column is none of numbers */
export function settingImportance(
  store: ReadStore,
  studyId: number,
  options: { readonly filter?: string; readonly target: string },
): Importance {
  const { columns } = runTable(store, studyId, { columns: [] });
  const target = columns.find(({ id }) => id === options.target);
  if (target?.kind !== 'number')
    throw new SophiaError('usage', `"${options.target}" is no column of numbers of this study.`);
  const settings = columns.filter(({ differs, id }) => differs === true && id !== target.id);
  const wanted = [target.id, ...settings.map(({ id }) => id)];
  const { rows } = runTable(store, studyId, { columns: wanted, filter: options.filter, asGiven: true });
  return importanceOf(rows, settings, target.id);
}

/** Of any rows. */
export function importanceOf(
  rows: readonly Pick<RunTableRow, 'values'>[],
  settings: readonly RunColumn[],
  target: string,
): Importance {
  const used = rows.filter(({ values }) =>
    [target, ...settings.map(({ id }) => id)].every((id) => (values[id] ?? null) !== null),
  );
  const parts = settings.map((setting) =>
    partOf(
      setting,
      used.map(({ values }) => values[setting.id] ?? null),
    ),
  );
  const constant = parts.filter(({ columns }) => columns.length === 0).map(({ setting }) => setting.id);
  const varied = parts.filter(({ columns }) => columns.length > 0);
  const y = used.map(({ values }) => Number(values[target]));
  const fit = leastSquares(
    varied.flatMap(({ columns }) => columns.map(({ values }) => values)),
    y,
  );
  const facts = { n: used.length, leftOut: rows.length - used.length, constant };
  const none = (why: string): Importance => ({
    ...facts,
    ...{ rSquared: null, settings: [], collinear: [], interaction: null, why },
  });
  if (varied.length === 0) return none('These runs do not differ in any setting.');
  if (fit === null)
    return none(used.length < 3 ? 'At least 3 runs are needed.' : 'All of these runs have the same value.');
  if (fit.df < 1)
    return none(
      `${used.length} runs are too few for ${varied.length} settings: more runs or a filter by setting help.`,
    );
  const spread = stdOf(y, 0) ?? 1;
  const ranked: SettingImportance[] = [];
  const collinear: string[] = [];
  let next = 0;
  for (const { setting, isLog, columns } of varied) {
    const own = columns.map((column) => ({
      column,
      slope: fit.coefficients[next] ?? null,
      half: fit.halves[next++] ?? null,
    }));
    if (own.some(({ slope }) => slope === null)) {
      collinear.push(setting.id);
      continue;
    }
    const contribution = used.map((_, i) =>
      own.reduce((sum, { column, slope }) => sum + (slope ?? 0) * (column.values[i] ?? 0), 0),
    );
    const effects = own.map(({ column: { from, to, step }, slope, half }) => ({
      ...{ from, to, difference: (slope ?? 0) * step },
      half: half === null ? null : half * step,
    }));
    ranked.push({
      column: setting.id,
      title: setting.title,
      isLog,
      share: (stdOf(contribution, 0) ?? 0) / spread,
      effects,
    });
  }
  ranked.sort((a, b) => b.share - a.share);
  const told = varied.filter(({ setting }) => !collinear.includes(setting.id));
  const interaction = strongestInteraction(
    told.map(({ setting, columns }) => ({
      name: setting.id,
      texts: used.map(({ values }) => textOf(values[setting.id] ?? '')),
      columns: columns.map(({ values }) => values),
    })),
    y,
  );
  return { ...facts, rSquared: fit.rSquared, settings: ranked, collinear, interaction, why: null };
}

function partOf(setting: RunColumn, values: readonly CellValue[]): Part {
  const axis = axisOf(setting, values);
  const none = { setting, isLog: false, columns: [] };
  if (axis === null) return none;
  if (axis.kind === 'choices') {
    const [first, ...levels] = axis.choices;
    const texts = values.map((value) => textOf(value ?? ''));
    const columns = levels.map((level) => ({
      ...{ from: first ?? '', to: level, step: 1 },
      values: texts.map((text) => Number(text === level)),
    }));
    return { setting, isLog: false, columns };
  }
  if (axis.low === axis.high) return none;
  const isLog = axis.kind === 'log';
  const place = (value: number) => (isLog ? Math.log10(value) : value);
  const step = place(axis.high) - place(axis.low);
  const own = {
    from: String(axis.low),
    to: String(axis.high),
    step,
    values: values.map((value) => place(Number(value))),
  };
  return { setting, isLog, columns: [own] };
}
