/** The variants of a study as charts draw them: name, colour, dash, whether hidden, which is the baseline. */
import type { Study } from '../../../shared/study/study.ts';
import { variantTitles } from '../../../shared/text/distinct-labels.ts';
import { zip } from '../../../shared/values/list.ts';
import { seriesColour, seriesDash } from '../../charts/colours.ts';

/** A variant's line. */
export type StudyArm = ReturnType<typeof studyArms>[number];

/** Each variant in the plan's order; `hidden` holds labels. */
export function studyArms({ variants, baseline }: Pick<Study, 'variants' | 'baseline'>, hidden: ReadonlySet<string>) {
  return zip(variants, variantTitles(variants)).map(([{ name }, label], i) => ({
    ...{ name, label, colour: seriesColour(i), dash: seriesDash(i) },
    hidden: hidden.has(label),
    reference: name === baseline,
  }));
}
