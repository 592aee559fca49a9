/** What a resume from an older checkpoint cuts off, in words: said before it is done, by the page and the command line alike. */

/** Null where nothing comes after `fromStep`. `checkpoints`: how many the run has after it. */
export function cutText(
  run: { readonly name: string; readonly step: number; readonly attempt: number },
  fromStep: number,
  checkpoints: number,
): string | null {
  if (run.step <= fromStep) return null;
  const first = fromStep + 1;
  const steps = run.step === first ? `Step ${first} leaves` : `Steps ${first} to ${run.step} leave`;
  const files = checkpoints === 0 ? '' : checkpoints === 1 ? ', one checkpoint' : `, ${checkpoints} checkpoints`;
  return `${steps} ${run.name} and are kept as the branch ${branchName(run)}, with their responses, evaluations${files}. Tables and curves exclude it.`;
}

/** What the branch is called that the next resume cuts off. */
export function branchName(run: { readonly name: string; readonly attempt: number }): string {
  return `${run.name}-cut-${run.attempt}`;
}

/** Why a branch is one, for its page. */
export function cutReason(name: string, step: number): string {
  return `Cut off at step ${step} when ${name} was resumed from there.`;
}
