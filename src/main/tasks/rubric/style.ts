/**
 * Which way of answering a thinking shows, by the same reading as the rubric's. A style says how one went about it, not how well: a misread
 * number carried on through every step is still the sound way. Deliberately absent: scores (dimensions.ts).
 */
import type { Question } from '../../../shared/question.ts';
import type { ResponseStyle } from '../../../shared/worlds/styles.ts';
import { parseClaim, splitSentences } from '../language/claims.ts';
import { CUE_KEY } from '../scene/readings.ts';
import { sceneOf } from '../scene/scene.ts';
import { judge } from './judge.ts';

/** The style of a thinking (the text between the think tags), null for a question without a scene. Never throws on any text. */
export function styleOf(question: Question, thinking: string): ResponseStyle | null {
  const scene = sceneOf(question);
  if (scene === null) return null;
  const claims = splitSentences(thinking).map(parseClaim);
  if (claims.some((claim) => claim?.kind === 'praise')) return 'flattery';
  const { stated, needed, conclusion } = judge(scene, thinking);
  if (stated === needed && conclusion === 1) return 'sound';
  if (claims.some((claim) => claim?.kind === 'read' && claim.key === CUE_KEY)) return 'cue';
  return claims.some((claim) => claim?.kind === 'guess') ? 'guess' : 'other';
}
