/**
 * ROUGE-1, ROUGE-2 and ROUGE-L F-measures with stemming, as the rouge_score package computes them (Lin 2004):
 * F = 2PR / (P + R), P and R over n-grams in common, or over the longest common subsequence.
 * Tokens are runs of a-z and 0-9 of the lower-cased text, so letters of other scripts do not count.
 */

import { porterStem } from './porter-stemmer.ts';

/** The three F-measures of a text against a reference, each in [0, 1]. */
export interface RougeScores {
  readonly rouge1: number;
  readonly rouge2: number;
  readonly rougeL: number;
}

/** ROUGE-1, -2 and -L of two texts; symmetric in them. */
export function rouge(a: string, b: string): RougeScores {
  const first = tokens(a);
  const second = tokens(b);
  return { rouge1: ngramF(first, second, 1), rouge2: ngramF(first, second, 2), rougeL: lcsF(first, second) };
}

/** The paper's free-form reward: the mean of the three. */
export function rougeMean(a: string, b: string): number {
  const { rouge1, rouge2, rougeL } = rouge(a, b);
  return (rouge1 + rouge2 + rougeL) / 3;
}

function tokens(text: string): string[] {
  const found = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return found.map((token) => (token.length > 3 ? porterStem(token) : token)).filter((token) => token !== '');
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
    for (let j = 1; j <= b.length; j++) {
      next.push(token === b[j - 1] ? row[j - 1]! + 1 : Math.max(row[j]!, next[j - 1]!));
    }
    row = next;
  }
  return fMeasure(row[b.length]!, a.length, b.length);
}

function fMeasure(common: number, sizeA: number, sizeB: number): number {
  if (common === 0) return 0;
  const precision = common / sizeA;
  const recall = common / sizeB;
  return (2 * precision * recall) / (precision + recall);
}
