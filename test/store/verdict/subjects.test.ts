/** What contrasts are called, where several are about one thing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsByVariant } from '../../../src/main/store/verdict/contrast-leverage.ts';
import { contrastSubjects } from '../../../src/main/store/verdict/subjects.ts';
import { studyContrasts } from '../../../src/shared/study/contrasts.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';

function subjects(variants: string, adds: readonly ('thinking' | 'trust' | 'annealing' | null)[]): string[] {
  const plan = parseStudy(`name: a\nvariants: ${variants}\n`, 'a.yaml');
  const leverages = adds.map((part) => ({ adds: part }));
  return contrastSubjects(studyContrasts(plan), leverages, settingsByVariant(plan));
}

test('a contrast is called by its part, and by no minus sign between names that hold hyphens', () => {
  assert.deepEqual(subjects('[grpo, full, wo-trust]', ['thinking', null]), [
    'Thinking reward (full vs. grpo)',
    'wo-trust vs. grpo',
  ]);
});

test('several about one part are told apart by the settings that set each apart', () => {
  const shuffled = '{ shuffled: { base: full, reward: { shuffled: true } } }';
  assert.deepEqual(subjects(`[grpo, full, oracle, ${shuffled}]`, ['thinking', 'thinking', 'thinking']), [
    'Thinking reward, trm (full vs. grpo)',
    'Thinking reward, oracle (oracle vs. grpo)',
    'Thinking reward, trm, shuffled (shuffled vs. grpo)',
  ]);
  const strong = '{ strong: { base: full, reward: { alpha: 1 } } }';
  assert.deepEqual(subjects(`[grpo, full, wo-trust, ${strong}]`, ['thinking', 'thinking', 'thinking']), [
    'Thinking reward, alpha 0.3, trust exp (full vs. grpo)',
    'Thinking reward, alpha 0.3, trust off (wo-trust vs. grpo)',
    'Thinking reward, alpha 1, trust exp (strong vs. grpo)',
  ]);
});
