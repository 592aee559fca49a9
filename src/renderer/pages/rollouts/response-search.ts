/** What a search of responses asks for: ready-made questions joined with the words and numbers of the address. */
import { firstOf } from '../../../shared/values/list.ts';
import type { Inputs } from '../../api/client.ts';
import { boundsOf, type RewardRange, readRange } from '../../ui/distributions/reward-range.ts';

/** Conditions on responses, as the engine takes them. */
export type ResponseFilter = Inputs['responses']['page']['filter'];

/** Ready-made questions; the thresholds are those of "clearly high" and "clearly low". */
export const PRESETS: readonly { readonly id: string; readonly text: string; readonly filter: ResponseFilter }[] = [
  { id: 'all', text: 'All', filter: {} },
  { id: 'right-low', text: 'Right answer, low thinking', filter: { exact: true, thinkingBelow: 0.4 } },
  { id: 'wrong-high', text: 'Wrong answer, high thinking', filter: { exact: false, thinkingAbove: 0.6 } },
  { id: 'distrusted', text: 'Gamma < 1', filter: { gammaBelow1: true } },
  { id: 'right', text: 'Right', filter: { exact: true } },
  { id: 'wrong', text: 'Wrong', filter: { exact: false } },
];

/** The fields for numbers: their name in the address, their label, the condition they make. */
export const NUMBERS = [
  { name: 'above', text: 'Rᵗ over', step: 0.1, field: 'thinkingAbove' },
  { name: 'below', text: 'Rᵗ under', step: 0.1, field: 'thinkingBelow' },
  { name: 'from', text: 'from step', step: 1, field: 'fromStep' },
  { name: 'to', text: 'to step', step: 1, field: 'toStep' },
] as const;

/** Longer texts are cut: the engine takes no more. */
export const MOST_TEXT = 500;

type Query = Readonly<Record<string, string | undefined>>;

/** The ready-made question of an address; the first where it names none. */
export const presetOf = (query: Query) =>
  PRESETS.find((preset) => preset.id === query.filter) ?? firstOf(PRESETS, 'ready-made question');

/** Ranges of rewards that a link of a plot asks for: their name in the address and what they are ranges of. */
export const RANGES = [
  { name: 'ro', text: 'Rᵒ' },
  { name: 'rt', text: 'Rᵗ' },
] as const;

/** A range in words: "Rᵗ from 0.5", "Rᵒ under 0.5", "Rᵗ from 0.2 under 0.3". */
export function rangeWords(symbol: string, range: RewardRange): string {
  const { from, below } = boundsOf(range);
  const words = [from === undefined ? '' : ` from ${from}`, below === undefined ? '' : ` under ${below}`].join('');
  return `${symbol}${words === '' ? ' of any value' : words}`;
}

/** The ranges of an address as conditions. */
function rangesOf(query: Query): ResponseFilter {
  const outcome = readRange(query.ro);
  const thinking = readRange(query.rt);
  const [o, t] = [outcome && boundsOf(outcome), thinking && boundsOf(thinking)];
  return {
    ...(o?.from !== undefined && { outcomeFrom: o.from }),
    ...(o?.below !== undefined && { outcomeBelow: o.below }),
    // A range is of responses that have the reward: from 0 on leaves out those without one.
    ...(t && { thinkingFrom: t.from ?? 0 }),
    ...(t?.below !== undefined && { thinkingBelow: t.below }),
  };
}

/**
 * The conditions of an address, its scope left out. A number narrows what a ready-made question asks for and never widens it, so that
 * its button stays true; steps are whole numbers from 0.
 */
export function filterOf(query: Query): ResponseFilter {
  const { filter } = presetOf(query);
  const given = Object.fromEntries(
    NUMBERS.flatMap(({ name, field }) => {
      const value = query[name] === undefined || query[name] === '' ? Number.NaN : Number(query[name]);
      if (!Number.isFinite(value)) return [];
      return [[field, field.endsWith('Step') ? Math.max(0, Math.round(value)) : value]];
    }),
  ) as ResponseFilter;
  const text = query.text?.slice(0, MOST_TEXT);
  return {
    ...filter,
    ...rangesOf(query),
    ...given,
    ...(filter.thinkingAbove !== undefined && {
      thinkingAbove: Math.max(filter.thinkingAbove, given.thinkingAbove ?? filter.thinkingAbove),
    }),
    ...(filter.thinkingBelow !== undefined && {
      thinkingBelow: Math.min(filter.thinkingBelow, given.thinkingBelow ?? filter.thinkingBelow),
    }),
    ...(text && { text }),
  };
}

/** Why no response can meet a filter, in words; null: some may. */
export function contradictionOf({
  text,
  fromStep,
  toStep,
  thinkingAbove,
  thinkingBelow,
}: ResponseFilter): string | null {
  if (text !== undefined && text.trim() !== '' && !/[\p{L}\p{N}]/u.test(text))
    return `"${text}" contains no letter or digit to search for.`;
  if (fromStep !== undefined && toStep !== undefined && fromStep > toStep)
    return `From step ${fromStep} to step ${toStep}: the first step comes after the last.`;
  if (thinkingAbove !== undefined && thinkingBelow !== undefined && thinkingAbove >= thinkingBelow)
    return `No thinking reward can be above ${thinkingAbove} and below ${thinkingBelow}.`;
  return null;
}
