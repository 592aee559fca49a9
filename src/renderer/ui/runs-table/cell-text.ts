/** What stands in a cell of the table of runs. */
import type { CellValue, RunColumn } from '../../../shared/run-table/column.ts';
import { textOf } from '../../../shared/run-table/filter/apply.ts';
import type { GroupFigure } from '../../../shared/run-table/order.ts';
import { duration, moment, number, percent, plusMinus } from '../../text/format.ts';

type Look = Pick<RunColumn, 'unit' | 'group' | 'off'>;

/** A value as its column tells it: settings as they are written or "off", shares in percent, times of day, durations; a dash where there is none. */
export function cellText({ unit, group, off }: Look, value: CellValue): string {
  if (value === null) return '–';
  if (off !== undefined && value === off) return 'off';
  if (typeof value !== 'number' || group === 'setting') return textOf(value);
  if (unit === 'share') return percent(value);
  if (unit === 'time') return moment(value);
  return unit === 's' ? duration(value) : number(value);
}

/** A group's mean with half its interval, in the column's way; of facts and settings that are one value throughout the value alone. */
export function figureText(column: Look, { mean, half }: GroupFigure): string {
  const { unit, group } = column;
  if (group === 'run' || (group === 'setting' && (half === null || half === 0))) return cellText(column, mean);
  if (unit === 'share') return plusMinus(mean * 100, half === null ? null : half * 100, 1);
  return unit === 's' ? cellText(column, mean) : plusMinus(mean, half);
}

/** What a heading says: a setting without its group, accuracy by what it is of, others by title; percent where figures are in it. */
export function headText({ id, group, title, unit }: RunColumn): string {
  const name =
    group === 'setting'
      ? id.startsWith('sft.')
        ? id
        : (id.split('.').at(-1) ?? id)
      : group === 'accuracy' && unit !== undefined
        ? id
            .replace(/^accuracy(?!\/)/, 'Accuracy')
            .replace('accuracy/', 'Accuracy ')
            .replace(':best', ', best')
        : title;
  return unit === 'share' ? `${name} %` : name;
}
