/** A judge's prompt from a file: plain, or as the released code holds it. The strings here are made up; only their form is the released one's. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readStudyFile } from '../../src/main/cli/study/read-study-file.ts';
import { judgePromptOf } from '../../src/main/cli/trm/judge-prompt.ts';
import { parseStudy } from '../../src/shared/study/study.ts';

const PYTHON = `import re
# def get_process_reward(prompt_str, reasoning_str, image):
#     prompt = f"""An older one.
#     Question: {prompt_str}
#     Reasoning process: {reasoning_str}
#     """
def other(a):
    return f"""{a}"""
def get_process_reward(prompt_str, reasoning_str, image):
    prompt = f"""Rate it:\\n- **Steps**: does \\"each\\" follow?\\nOne of **{{0, 0.5, 1}}**.
    Question: {prompt_str}
    Reasoning process: {reasoning_str}
    Your response format: <answer>your_score</answer>
    """
    return prompt
`;
const READ = `Rate it:
- **Steps**: does "each" follow?
One of **{0, 0.5, 1}**.
    Question: {question}
    Reasoning process: {reasoning}
    Your response format: <answer>your_score</answer>
    `;

describe("a judge's prompt", () => {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-judge-prompt-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test('is what it says, or what the file behind its @ says', () => {
    assert.equal(judgePromptOf('Rate {question}: {reasoning}'), 'Rate {question}: {reasoning}');
    assert.equal(
      judgePromptOf(`@${file('p.txt', '\ufeffRate {question}:\n{reasoning}\n')}`),
      'Rate {question}:\n{reasoning}',
    );
    assert.throws(() => judgePromptOf('@nothing.txt', folder), /nothing\.txt cannot be read: ENOENT/);
  });

  test('is read out of the released code as Python would write it', () => {
    file('custom.py', PYTHON);
    assert.equal(judgePromptOf('@custom.py', folder), READ);
    file('empty.py', 'x = 1');
    assert.throws(() => judgePromptOf('@empty.py', folder), /holds no prompt/);
  });

  test('of a study is looked for beside the study, and is part of its settings', () => {
    file('custom.py', PYTHON);
    const study = file(
      's.yaml',
      'name: s # mine\nvariants: [grpo]\nseeds: [0]\nsettings:\n  reward:\n    judge:\n      prompt: "@custom.py"\n',
    );
    const outside = file('o.yaml', 'settings: { reward: { judge: { prompt: "@../custom.py" } } }');
    assert.throws(() => readStudyFile(outside), /\.\.\/custom\.py/);
    const { settings } = parseStudy(readStudyFile(study), 's');
    assert.equal((settings as { reward: { judge: { prompt: string } } }).reward.judge.prompt, READ);
  });
});
