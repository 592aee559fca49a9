/** What is whole: no work in slices (write/slices/unfinished.ts) is putting it in or taking it out. */

/** Condition on a study `s`. */
export const IS_WHOLE_STUDY = "s.id NOT IN (SELECT id FROM unfinished_work WHERE kind = 'study')";
/** Condition on a run `r`. */
export const IS_WHOLE_RUN = `r.study_id NOT IN (SELECT id FROM unfinished_work WHERE kind = 'study')
  AND r.id NOT IN (SELECT id FROM unfinished_work WHERE kind = 'run')`;
