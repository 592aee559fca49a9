/**
 * ROUGE-1, ROUGE-2 and ROUGE-L F-measures with stemming, as the rouge_score package computes them (Lin 2004):
 * F = 2PR / (P + R), P and R over n-grams in common, or over the longest common subsequence.
 * That package's tokens are runs of a-z and 0-9 of the lower-cased text, so that letters of other scripts do not count and two equal Russian
 * texts have nothing in common. `allScripts` takes words of every script, and characters of those that are written without spaces.
 */

import { porterStem } from './porter-stemmer.ts';
import { scriptWords } from './script-words.ts';

/** The three F-measures of a text against a reference, each in [0, 1]. */
interface RougeScores {
  readonly rouge1: number;
  readonly rouge2: number;
  readonly rougeL: number;
}

/** How a text becomes tokens, before stemming. */
type Tokenizer = (text: string) => string[];

/** rouge_score's tokens. */
const latinWords: Tokenizer = (text) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
/** Words of every script: the same tokens for English. */
export const allScripts: Tokenizer = (text) => scriptWords(text.toLowerCase());

/** ROUGE-1, -2 and -L of two texts; symmetric in them. */
function rouge(a: string, b: string, tokenizer: Tokenizer = latinWords): RougeScores {
  const first = stemmed(tokenizer(a));
  const second = stemmed(tokenizer(b));
  return { rouge1: ngramF(first, second, 1), rouge2: ngramF(first, second, 2), rougeL: lcsF(first, second) };
}

/** The paper's free-form reward: the mean of the three. */
export function rougeMean(a: string, b: string, tokenizer: Tokenizer = latinWords): number {
  const { rouge1, rouge2, rougeL } = rouge(a, b, tokenizer);
  return (rouge1 + rouge2 + rougeL) / 3;
}

function stemmed(found: readonly string[]): string[] {
  return found
    .map((token) => (/^[a-z0-9]{4,}$/.test(token) ? porterStem(token) : token))
    .filter((token) => token !== '');
}

function ngramF(a: readonly string[], b: readonly string[], n: number): number {
  const counts = ngrams(a, n);
  let common = 0;
  for (const [ngram, count] of ngrams(b, n)) common += Math.min(count, counts.get(ngram) ?? 0);
  return fMeasure(common, Math.max(a.length - n + 1, 1), Math.max(b.length - n + 1, 1));
}

function ngrams(list: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= list.length; i++) {
    const ngram = list.slice(i, i + n).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

function lcsF(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const token of a) {
    const next = [0];
    let [above = 0, left] = [row[0], 0];
    for (const [j, other] of b.entries()) {
      const up = row[j + 1] ?? 0;
      left = token === other ? above + 1 : Math.max(up, left);
      next.push(left);
      above = up;
    }
    row = next;
  }
  return fMeasure(row[b.length] ?? 0, a.length, b.length);
}

function fMeasure(common: number, sizeA: number, sizeB: number): number {
  if (common === 0) return 0;
  const precision = common / sizeA;
  const recall = common / sizeB;
  return (2 * precision * recall) / (precision + recall);
}
