/** The answer that is true of a question's scene: what accuracy is judged by. */
import type { Question } from '../../../shared/question.ts';
import type { Scene } from './scene.ts';

/**
 * The true answer. It is the question's answer key but where the key is wrong on purpose (data.labelNoise): the scene keeps the truth, and a
 * response that says it is right, though it is not rewarded. A key that names an option, and that of an imported question, is all there is.
 */
export function trueAnswer({ scene, answer }: Question): string {
  if (scene === null) return answer;
  const { options, program } = scene as Scene;
  return options === null ? (program.at(-1)?.value ?? answer) : answer;
}
