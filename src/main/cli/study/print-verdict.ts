/** A study's verdict in the terminal. */
import { probability } from '../../store/table/formats/number-text.ts';
import { effectSize } from '../../store/verdict/sentences.ts';
import type { Verdict } from '../../store/verdict/verdict.ts';
import { plain, printRows } from '../common/print-rows.ts';

/** Prints a sentence for each contrast, what each measure found, what is missing. */
export function printVerdict({ contrasts, factorial, notes }: Verdict): void {
  for (const { sentence } of contrasts) console.log(`\n${plain(sentence)}`);
  const rows = [
    ...contrasts.flatMap(({ contrast, effects }) => effects.map((effect) => ({ of: contrast, effect }))),
    ...(factorial?.effects ?? []).flatMap(({ title, effects }) => effects.map((effect) => ({ of: title, effect }))),
  ];
  if (rows.length > 0)
    console.log(
      `\n${printRows(rows, [
        { head: 'contrast', text: (row) => row.of },
        { head: 'effect on', text: (row) => row.effect.title },
        { head: 'difference', text: ({ effect }) => effectSize(effect, effect.difference, true), right: true },
        {
          head: '95 % interval',
          text: ({ effect }) =>
            effect.low === null || effect.high === null
              ? null
              : `${effectSize(effect, effect.low, true)} to ${effectSize(effect, effect.high, true)}`,
        },
        { head: 'p (Holm)', text: ({ effect }) => (effect.p === null ? null : probability(effect.p)), right: true },
        {
          head: '80 % power',
          text: ({ effect }) => (effect.detectable === null ? null : effectSize(effect, effect.detectable)),
          right: true,
        },
        { head: 'seeds missing', text: ({ effect }) => effect.seedsMissing, right: true },
        {
          head: 'by seed',
          text: ({ effect }) =>
            effect.perSeed.map(({ seed, difference }) => `${seed}: ${effectSize(effect, difference, true)}`).join(', '),
        },
      ])}`,
    );
  console.log(`\n${notes.map((note) => plain(note)).join('\n')}`);
}
