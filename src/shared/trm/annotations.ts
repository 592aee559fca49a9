/** Annotations of pairs: who scored them, by which dimensions, and how far that has come. */
import type { KindTable } from '../kinds/kind.ts';

/** The dimensions that a thinking is judged by. */
export const DIMENSIONS = [
  'logicalSoundness',
  'correctReasoning',
  'errorIdentification',
  'languageConsistency',
  'redundancy',
] as const;
/** One of DIMENSIONS. */
export type Dimension = (typeof DIMENSIONS)[number];

/** Who may be asked to score pairs. */
export const ANNOTATORS = {
  rubric: { title: 'Rubric', help: 'The program itself, which knows the scene.' },
  endpoint: { title: 'Endpoint', help: 'An OpenAI-compatible server.' },
} as const satisfies KindTable;
/** A name of ANNOTATORS. */
export type AskedAnnotator = keyof typeof ANNOTATORS;
/** Who scored the pairs; `imported`: they came with their scores. */
export type AnnotatorKind = AskedAnnotator | 'imported';
/** State of an annotation; `stopped` ones go on where they were. */
export type AnnotationState = 'running' | 'stopped' | 'finished';
