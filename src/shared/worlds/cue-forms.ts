/** The forms of pictures that may hold a cue, each of which is a benchmark of its own, and which of them tells. */

/** What a picture's cue says. */
export const CUES = ['cue-right', 'cue-wrong', 'no-cue'] as const;
/** One of CUES; `cue-right` agrees with the answer key, whether that is true or not. */
export type CueForm = (typeof CUES)[number];

/** The form in which a benchmark shows its pictures, each of which exists in all of them; null where pictures have one form. */
export const formOf = (benchmark: string): CueForm | null =>
  CUES.find((form) => benchmark.endsWith(`-${form}`)) ?? null;

/** The form that alone tells sight of the picture from sight of the cue: verdict, marks and the first accuracy of a run are of it. */
export const TELLING_FORM = 'cue-wrong' satisfies CueForm;
