/** Questions whose answer key is wrong on purpose: the label noise of worlds made of sums (setting data.labelNoise), told by the question's id. */

/** The part of an id that says so: "cue-wrong-noisy", "noisy". */
export const NOISY = 'noisy';

/** Whether the answer key of this question is wrong on purpose. The outcome reward follows the key; whether an answer is right follows the truth. */
export const hasWrongKey = (questionId: string): boolean => /(^|[/-])noisy$/.test(questionId);
