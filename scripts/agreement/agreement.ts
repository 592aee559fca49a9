/**
 * How often the outcome rewards of preset `paper` agree with the field's own judges, on test/agreement: Math-Verify, mathruler and a person for
 * numbers (the tests of Math-Verify and answers collected first; then, apart, `kinds`: answers of every kind, written with what a person says of
 * each before any judge saw them), VLMEvalKit's can_infer_option for choices, jiwer for OCR, rouge_score for free form. `npm run agreement [-- --all]` prints the
 * table, with --all every case that differs. The judges' verdicts were made by scripts/agreement/make-agreement.py.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outcomeReward } from '../../src/main/rewards/outcome/outcome-reward.ts';
import type { AnswerType } from '../../src/shared/question.ts';

/** One answer with what each judge gave it; null: the judge failed. */
export interface JudgedAnswer {
  readonly truth: string;
  readonly answer: string;
  readonly source?: string;
  readonly expected?: number;
  readonly mathVerify?: number | null;
  readonly mathruler?: number | null;
  readonly vlmevalkit?: number;
  readonly jiwer?: number;
  readonly rougeScore?: number;
}

/** A line of the table: how many of the cases that a judge decided got our reward alike. */
export interface Agreement {
  readonly type: string;
  readonly judge: string;
  readonly cases: number;
  readonly agreed: number;
  readonly differing: readonly (JudgedAnswer & { readonly ours: number })[];
}

const CORPUS = join(import.meta.dirname, '../../test/agreement');
const TOLERANCE = 1e-6;

/** Every judge beside ours. */
export function agreements(): Agreement[] {
  const numeric = rated('numeric', 'numeric');
  const fromMathVerify = numeric.filter(({ source }) => source?.startsWith('Math-Verify'));
  const [collected, kinds] = [numeric.filter(({ source }) => source !== 'kinds'), numeric.filter(isOfKinds)];
  const choice = rated('choice', 'choice');
  return [
    compared('numeric', 'two of three (Math-Verify, mathruler, a person)', collected, majority),
    compared('numeric', 'the same, on the inputs of Math-Verify’s tests', fromMathVerify, majority),
    compared('numeric', 'two of three, on answers of every kind', kinds, majority),
    compared('numeric', 'Math-Verify where a person agrees with it', numeric, confirmed),
    compared('numeric', 'Math-Verify 0.9.0', numeric, (one) => one.mathVerify ?? null),
    compared('numeric', 'mathruler 0.1.0', numeric, (one) => one.mathruler ?? null),
    compared('numeric', 'a person', numeric, (one) => one.expected ?? null),
    compared('choice', 'VLMEvalKit can_infer_option', choice, (one) => one.vlmevalkit ?? null),
    compared('choice', 'a person', choice, (one) => one.expected ?? null),
    compared('ocr', 'exp(-WER) by jiwer 4.0.0', rated('ocr', 'ocr'), (one) => Math.exp(-(one.jiwer ?? Number.NaN))),
    compared('free_form', 'rouge_score 0.1.2', rated('free-form', 'free_form'), (one) => one.rougeScore ?? null),
  ];
}

function isOfKinds({ source }: JudgedAnswer): boolean {
  return source === 'kinds';
}

function confirmed({ mathVerify, expected }: JudgedAnswer): number | null {
  return mathVerify === expected ? (mathVerify ?? null) : null;
}

function majority({ mathVerify, mathruler, expected }: JudgedAnswer): number | null {
  const votes = [mathVerify, mathruler, expected].filter((vote) => vote != null);
  const ayes = votes.filter((vote) => vote === 1).length;
  return Math.max(ayes, votes.length - ayes) < 2 ? null : Number(ayes >= 2);
}

type Rated = JudgedAnswer & { readonly ours: number };

function rated(file: string, kind: AnswerType): Rated[] {
  const lines = readFileSync(join(CORPUS, `${file}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.flatMap((line) => {
    const judged = JSON.parse(line) as JudgedAnswer;
    const response = `<think>t</think><answer>${judged.answer}</answer>`;
    const { reward } = outcomeReward({ kind, response, truth: judged.truth, preset: 'paper' });
    return reward === null ? [] : [{ ...judged, ours: reward }]; // a question without an answer is not rewarded at all
  });
}

function compared(
  type: string,
  judge: string,
  all: readonly Rated[],
  verdict: (rated: Rated) => number | null,
): Agreement {
  const decided = all.filter((one) => verdict(one) !== null);
  const differing = decided.filter((one) => Math.abs(one.ours - (verdict(one) ?? Number.NaN)) > TOLERANCE);
  return { type, judge, cases: decided.length, agreed: decided.length - differing.length, differing };
}

const isEntry = process.argv[1] === fileURLToPath(import.meta.url);
if (isEntry) {
  const all = process.argv.includes('--all');
  console.log('| answer type | judge | cases | agree | % |\n| --- | --- | ---: | ---: | ---: |');
  const lines = agreements();
  for (const { type, judge, cases, agreed } of lines)
    console.log(`| ${type} | ${judge} | ${cases} | ${agreed} | ${((100 * agreed) / cases).toFixed(1)} |`);
  if (all)
    for (const { judge, differing } of lines)
      for (const { truth, answer, ours } of differing)
        console.log(
          `${judge}: ours ${ours}, truth ${JSON.stringify(truth)}, answer ${JSON.stringify(answer.slice(-200))}`,
        );
}
