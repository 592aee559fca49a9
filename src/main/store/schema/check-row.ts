/**
 * What must be right of a row that comes from somebody else before it is written: every column by tables.ts, and what several columns say
 * together. Deliberately absent: what only the whole study can show (import-archive.ts).
 */
import { hashedSettings } from '../../../shared/settings/setting-paths.ts';
import { hashOf } from '../../../shared/values/hash.ts';
import { pathFault } from '../../model/io/path-names.ts';
import { type AnyColumn, faultIn, jsonFault, type Value } from './column.ts';
import { EVENT_DATA } from './json-shapes.ts';
import { TABLES } from './tables.ts';

/** A row by column. */
export type Row = Record<string, Value>;

/** Returns a check of a table's rows: why a row cannot be taken, or null. Columns that a row does not have are left to their defaults. */
export function rowCheck(table: string): (row: Row) => string | null {
  const columns = Object.entries((TABLES as Record<string, Record<string, AnyColumn>>)[table] ?? {});
  const together = TOGETHER[table] ?? (() => null);
  return (row) => {
    for (const [name, column] of columns) {
      const value = row[name];
      if (value === undefined) continue;
      const why = faultIn(column, value);
      if (why !== null) return `${name} ${why}`;
    }
    return together(row);
  };
}

const TOGETHER: Readonly<Record<string, (row: Row) => string | null>> = {
  runs: runFault,
  questions: questionFault,
  events: (row) => {
    const shape = EVENT_DATA[row.kind as keyof typeof EVENT_DATA];
    const why = jsonFault(shape, row.data ?? 'null');
    if (why !== null) return `data of kind ${row.kind} is ${why}`;
    return row.kind === 'checkpoint' ? placeFault((JSON.parse(String(row.data)) as { uri: string }).uri) : null;
  },
  checkpoints: (row) => placeFault(String(row.uri)),
  evaluations: (row) =>
    Number(row.correct) > Number(row.questions)
      ? 'correct is more than questions'
      : Number(row.exact) > Number(row.questions)
        ? 'exact is more than questions'
        : null,
};

/** A checkpoint of an archive lies in its run's folder: its URI is relative, of one folder and one name. */
function placeFault(uri: string): string | null {
  const name = decoded(/^checkpoints\/([^/]+)$/.exec(uri)?.[1]);
  const why = pathFault(name === null ? uri : `checkpoints/${name}`);
  if (why !== null) return `uri "${uri}" ${why}`;
  // One way to write a name: nothing that a reader of URIs would take for more than it.
  const isPlain = name !== null && name !== '.' && `checkpoints/${encodeURIComponent(name)}` === uri;
  return isPlain ? null : `uri "${uri}" is not the place of a checkpoint`;
}

function decoded(text: string | undefined): string | null {
  try {
    return text === undefined ? null : decodeURIComponent(text);
  } catch {
    return null;
  }
}

function runFault(row: Row): string | null {
  const settings = JSON.parse(String(row.settings)) as { training?: { totalSteps: number } };
  if (hashOf(hashedSettings(settings)) !== row.config_hash) return 'config_hash is not the hash of the settings';
  const total = settings.training?.totalSteps;
  if (total !== undefined && total !== row.total_steps)
    return `total_steps is ${row.total_steps}, and ${total} by its settings`;
  if (total === undefined && row.attempt !== 0) return 'settings are empty, though it was trained';
  if (Number(row.step) > Number(row.total_steps)) return `step ${row.step} is beyond its ${row.total_steps} steps`;
  return null;
}

/** A question is found again by the hash of its content: one that had another's would stand in for it from then on. */
function questionFault(row: Row): string | null {
  if (row.hash === '') return null;
  const { question: id, category, answer_type: answerType, split, template, text, answer } = row;
  const json = (value: Value | undefined) => (value == null ? null : (JSON.parse(String(value)) as unknown));
  const content = {
    id,
    category,
    answerType,
    split,
    template,
    text,
    answer,
    image: json(row.image),
    scene: json(row.scene),
  };
  return hashOf(content) === row.hash ? null : 'hash is not the hash of the question';
}
