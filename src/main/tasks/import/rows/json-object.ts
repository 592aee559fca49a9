/**
 * A JSON object that holds records: lists by split ({"train": [...], "test": [...]}), one list beside notes ({"info": ..., "questions": [...]}),
 * records by their ids ({"17": {...}}), columns ({"question": [...], "answer": [...]}), or one record. It is parsed as a whole.
 */
import { statSync } from 'node:fs';
import { isTooDeep } from '../../../../shared/values/parsed-json.ts';
import { readWhole } from '../../../model/io/local-path.ts';
import { exactNumbers, type RawRecord } from '../record/raw-record.ts';

/** Larger objects are not read as a whole. */
const MOST_BYTES = 2 ** 28;
const SPLITS = /^(?:train(?:ing)?|test(?:mini)?|val(?:id(?:ation)?)?|dev|hard)$/i;

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isRecords = (value: unknown): value is Fields[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

/** Yields the records, numbered from 1; false, with none yielded, where the file is no such object. */
export function* readJsonObject(path: string): Generator<RawRecord, boolean> {
  if (statSync(path).size > MOST_BYTES) return false;
  const text = readWhole(path, MOST_BYTES).replace(/^\ufeff/, '');
  if (isTooDeep(text)) return false;
  let value: unknown;
  try {
    value = JSON.parse(text, exactNumbers as never);
  } catch {
    return false;
  }
  const records = isObject(value) ? recordsOf(value) : [];
  for (const [i, record] of records.entries()) yield { line: i + 1, value: record };
  return records.length > 0;
}

function recordsOf(object: Fields): Fields[] {
  const entries = Object.entries(object);
  if (
    ['question', 'problem', 'messages', 'conversations'].some(
      (name) => typeof object[name] === 'string' || isRecords(object[name]),
    )
  )
    return isRecords(object.question) ? object.question : [object];
  const lists = entries.filter((entry): entry is [string, Fields[]] => isRecords(entry[1]));
  if (lists.length === 1 || (lists.length > 1 && lists.every(([name]) => SPLITS.test(name))))
    return lists.flatMap(([name, list]) =>
      list.map((record) => (SPLITS.test(name) && record.split === undefined ? { ...record, split: name } : record)),
    );
  const rows = columns(entries);
  if (rows !== null) return rows;
  if (entries.length > 0 && entries.every(([, value]) => isObject(value)))
    return entries.map(([id, record]) => ({ id, ...(record as Fields) }));
  return [];
}

/** {"question": ["a", "b"], "answer": ["1", "2"]} as rows; null where the columns are not of one length. */
function columns(entries: readonly (readonly [string, unknown])[]): Fields[] | null {
  const lists = entries.filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const length = lists[0]?.[1].length ?? 0;
  if (length === 0 || lists.length < entries.length || lists.some(([, list]) => list.length !== length)) return null;
  return Array.from({ length }, (_, i) => Object.fromEntries(lists.map(([name, list]) => [name, list[i]])));
}
