/** What has a table of kinds is looked up in it: a name of one is compared nowhere, so that a new entry is told in one place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import ts from 'typescript';
import { BACKENDS } from '../../src/shared/kinds/backend.ts';
import { CHECKPOINT_CHOICES } from '../../src/shared/kinds/checkpoint-choice.ts';
import { DATA_FORMATS } from '../../src/shared/kinds/data-format.ts';
import { EVALUATION_MODES } from '../../src/shared/kinds/evaluation-mode.ts';
import { INTERVAL_RULES } from '../../src/shared/kinds/interval-rule.ts';
import { PROMPT_STYLES } from '../../src/shared/kinds/prompt.ts';
import { TABLE_FORMATS } from '../../src/shared/kinds/table-format.ts';
import { FAILURE_RULES, STEP_AGGREGATES, THINKING } from '../../src/shared/kinds/thinking.ts';
import { ANNEALING_SCHEDULES, REWARD_PRESETS, TRUST_MODES } from '../../src/shared/kinds/trust.ts';
import {
  ADVANTAGE_SCALINGS,
  IMPORTANCE_LEVELS,
  KL_ESTIMATORS,
  LOSS_TYPES,
  LR_SCHEDULES,
} from '../../src/shared/kinds/update.ts';
import { ANSWER_TYPES } from '../../src/shared/question.ts';
import { EXPORT_FORMATS, LOG_FORMATS } from '../../src/shared/run/log-formats.ts';
import { ANNOTATORS } from '../../src/shared/trm/annotations.ts';
import { filesIn, parse, walk } from '../setup/source-files.ts';

/** Tables by the name under which a value of theirs goes. */
const TABLES: Readonly<Record<string, readonly object[]>> = {
  thinking: [THINKING],
  trust: [TRUST_MODES],
  annealing: [ANNEALING_SCHEDULES],
  schedule: [ANNEALING_SCHEDULES, LR_SCHEDULES],
  preset: [REWARD_PRESETS],
  lossType: [LOSS_TYPES],
  klEstimator: [KL_ESTIMATORS],
  importanceLevel: [IMPORTANCE_LEVELS],
  scaleRewards: [ADVANTAGE_SCALINGS],
  lrSchedulerType: [LR_SCHEDULES],
  onFailure: [FAILURE_RULES],
  stepAggregate: [STEP_AGGREGATES],
  prompt: [PROMPT_STYLES],
  backend: [BACKENDS],
  answerType: [ANSWER_TYPES],
  format: [TABLE_FORMATS, EXPORT_FORMATS, LOG_FORMATS, DATA_FORMATS],
  mode: [EVALUATION_MODES, TRUST_MODES],
  interval: [INTERVAL_RULES],
  checkpoints: [CHECKPOINT_CHOICES],
  annotator: [ANNOTATORS],
};

/** The last name of `settings.reward.thinking`, `row?.mode` or `preset`. */
function nameOf(node: ts.Node): string {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return ts.isIdentifier(node) ? node.text : '';
}

/** Comparisons of a value with a name of its table, and cases of a switch over one. */
function comparisons(tree: ts.SourceFile): string[] {
  const found: string[] = [];
  const isName = (field: string, node: ts.Node) =>
    ts.isStringLiteralLike(node) && (TABLES[field] ?? []).some((table) => Object.hasOwn(table, node.text));
  walk(tree, (node) => {
    if (ts.isBinaryExpression(node) && /^[!=]==$/.test(node.operatorToken.getText())) {
      const { left, right } = node;
      if (isName(nameOf(left), right) || isName(nameOf(right), left)) found.push(node.getText());
    } else if (ts.isCaseClause(node) && isName(nameOf(node.parent.parent.expression), node.expression))
      found.push(node.getText().split('\n')[0] ?? '');
  });
  return found;
}

test('a name of a table of kinds is looked up, never compared', () => {
  const problems = filesIn(['src'], ['.ts', '.svelte']).flatMap((file) =>
    comparisons(parse(file)).map((text) => `${file}: ${text}`),
  );
  assert.equal(problems.join('\n'), '');
});

test('comparisons are found where there are some', () => {
  const text =
    "if (settings.reward.thinking === 'trm' || 'paper' !== preset) x(); switch (row.mode) { case 'greedy': y(); } thinking === 'other';";
  const tree = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  assert.equal(comparisons(tree).length, 3);
});
