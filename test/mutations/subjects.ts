/** Every kind of thing that is mutated. */
import type { Subject } from './subject.ts';
import { archiveBytes, archiveContent } from './subjects/archive.ts';
import { checkpointSubjects } from './subjects/checkpoint.ts';
import { dataSubjects } from './subjects/data.ts';
import { laterSubjects } from './subjects/later.ts';
import { textSubjects } from './subjects/text.ts';

/** Archives, data sets, logs, study files, checkpoints. */
export const SUBJECTS: readonly Subject[] = [
  archiveBytes,
  archiveContent,
  ...dataSubjects,
  ...textSubjects,
  ...checkpointSubjects,
  ...laterSubjects,
];

/** How many of `total` mutations each gets, by its weight; at least one. */
export function shares(total: number): ReadonlyMap<Subject, number> {
  const sum = SUBJECTS.reduce((all, { weight }) => all + weight, 0);
  return new Map(SUBJECTS.map((subject) => [subject, Math.max(1, Math.round((total * subject.weight) / sum))]));
}
