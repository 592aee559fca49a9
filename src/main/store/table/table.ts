/**
 * The results table of a study in any format, from an open store.
 */

import { nearestName, SophiaError } from '../../../shared/errors.ts';
import type { FormatOf } from '../../../shared/kinds/table-format.ts';
import { registrationText } from '../../../shared/study/registration.ts';
import type { Study } from '../../../shared/study/study.ts';
import { studyPurity } from '../read/purity.ts';
import type { ReadStore } from '../store.ts';
import { validationNotes } from '../validation/validation-notes.ts';
import { studyVerdict, type Verdict, verdictLines } from '../verdict/verdict.ts';
import { formatCsv } from './formats/csv.ts';
import { formatJson } from './formats/json.ts';
import { formatLatex } from './formats/latex.ts';
import { formatMarkdown } from './formats/markdown.ts';
import { formatXlsx } from './formats/xlsx.ts';
import { leverageNotes } from './leverage-notes.ts';
import { type ResultsTable, resultsTable, type TableOptions } from './results-table.ts';
import { plannedRuns, type ScoreOptions, type StudyScores, studyScores } from './study-scores.ts';

/** What writes each format. Each gives the same bytes for the same table. */
export const TABLE_WRITERS = {
  csv: formatCsv,
  markdown: formatMarkdown,
  latex: (table: ResultsTable) => formatLatex(table),
  'latex-document': (table: ResultsTable) => formatLatex(table, { standalone: true }),
  xlsx: formatXlsx,
  json: formatJson,
} satisfies Record<FormatOf<'results'>, (table: ResultsTable) => string | Promise<Uint8Array>>;

/** What goes into a study's table. */
export interface StudyTableOptions extends ScoreOptions, TableOptions {
  readonly baseline?: string | undefined; // a variant's name; default: the study's own
}

/** The results table of a study. An unknown baseline or benchmark is a usage error. */
export function studyTable(store: ReadStore, studyId: number, options: StudyTableOptions = {}): ResultsTable {
  const { plan } = store.study(studyId);
  const baseline = options.baseline ?? plan.baseline;
  for (const name of [baseline, ...(options.variants ?? [])]) checkVariant(plan, name);
  const scores = studyScores(store, studyId, options);
  return resultsTable(plan, { ...scores, notes: footNotes(store, studyId, plan, scores) }, baseline, options);
}

/** What the foot of a table says of the study: registration, faults of its scores, leverage, validation, where arms differ in too much. */
function footNotes(store: ReadStore, studyId: number, plan: Study, scores: StudyScores): string[] {
  return [
    registrationText(store.registrationOf(studyId)),
    ...scores.notes,
    ...leverageNotes(store, plan, plannedRuns(store, studyId, plan)),
    ...validationNotes(store.paths.home, plan),
    ...studyPurity(store, studyId).problems,
  ];
}

/** A table as it leaves the program: with the study's verdict, which its notes say in sentences and its JSON holds whole. */
export interface ExportedTable extends ResultsTable {
  readonly verdict: Verdict;
}

/** The results table of a study for a file or a terminal. The same usage errors as studyTable. */
export function exportedTable(store: ReadStore, studyId: number, options: StudyTableOptions = {}): ExportedTable {
  const table = studyTable(store, studyId, options);
  const verdict = studyVerdict(store, studyId);
  return { ...table, verdict, notes: [...table.notes, ...verdictLines(verdict)] };
}

/** Throws a usage error, with the nearest name, where a study has no such variant. */
export function checkVariant(plan: Study, name: string): void {
  const names = plan.variants.map((variant) => variant.name);
  if (names.includes(name)) return;
  const near = nearestName(name, names);
  throw new SophiaError(
    'usage',
    `The study has no variant "${name}".`,
    near === undefined ? `It has: ${names.join(', ')}.` : `Did you mean "${near}"?`,
  );
}
