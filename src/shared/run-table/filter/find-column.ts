/** The column that a name means: by its id, or shorter where that is clear. */
import { nearestName, SophiaError } from '../../errors.ts';
import type { RunColumn } from '../column.ts';

/**
 * Finds a column. A name is its id in any case; `accuracy` is the first column of accuracy, which the verdict is told by; a setting goes by its symbol or without its group
 * (`alpha`), a metric without its own (`hacking_index`). Where several fit, those that the runs differ in come first.
 * @throws SophiaError 'usage' where none or several fit
 */
export function findColumn(columns: readonly RunColumn[], name: string): RunColumn {
  const wanted = name.toLowerCase();
  const exact = columns.find(({ id }) => id === name) ?? columns.find(({ id }) => id.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const short = /^accuracy(:best)?$/.exec(wanted);
  const held =
    short && columns.find(({ group, id }) => group === 'accuracy' && id.endsWith(':best') === (short[1] !== undefined));
  if (held) return held;
  const settings = columns.filter(({ aliases }) => aliases?.some((alias) => alias.toLowerCase() === wanted));
  const differing = settings.filter(({ differs }) => differs);
  const metrics = columns.filter(({ group, id }) => group === 'metric' && id.toLowerCase().endsWith(`/${wanted}`));
  for (const found of [differing, settings, metrics]) {
    const [only, ...more] = found;
    if (only !== undefined && more.length === 0) return only;
    if (only !== undefined)
      throw new SophiaError('usage', `"${name}" may be ${found.map(({ id }) => id).join(' or ')}.`, 'Name it in full.');
  }
  const near = nearestName(
    name,
    columns.flatMap(({ id, group, aliases = [] }) => [id, ...aliases, ...(group === 'accuracy' ? ['accuracy'] : [])]),
  );
  throw new SophiaError(
    'usage',
    `There is no column "${name}".`,
    near === undefined
      ? 'Columns are settings, metrics, accuracy, seed, state, step, duration, tags.'
      : `Did you mean "${near}"?`,
  );
}
