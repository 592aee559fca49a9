/** The prompt that a run's page shows is the one that training gives the policy for the run's first question. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { modelFolder } from '../../src/main/model/folder/find-model.ts';
import { loadConfig, loadImageEncoder } from '../../src/main/model/folder/model-folder.ts';
import { loadTokenizer } from '../../src/main/model/folder/tokenizer.ts';
import { encodeQuestion } from '../../src/main/rollouts/encode-question.ts';
import { firstPrompt } from '../../src/main/services/questions/shown-prompts.ts';
import { stepQuestions } from '../../src/main/train/question-stream.ts';
import { parseSettings } from '../../src/shared/settings/setting-paths.ts';
import { withCountedMarks } from '../../src/shared/text/counted-marks.ts';

it('is the first question of step 1 in the style, texts and size of the settings, with its ids', async () => {
  const data = {
    prompt: 'template',
    systemText: 'You look closely.',
    formatText: 'Answer in tags.',
    imageSize: 84,
  } as const;
  const settings = parseSettings({ data, seed: 3 });
  const shown = await firstPrompt('/nowhere', settings);
  const [question] = stepQuestions(settings, 1, null);
  const folder = modelFolder(settings.model.policy);
  const config = loadConfig(folder);
  const model = { config, tokenizer: loadTokenizer(folder), imageEncoder: loadImageEncoder(folder, config) };
  const { prompt } = encodeQuestion(model, question!, { imageSize: 84, prompt: 'template', texts: settings.data });
  assert.equal(shown.question, question!.id);
  assert.deepEqual(shown.ids, prompt.ids);
  assert.equal(shown.imageTokens, prompt.imagePlaces.length);
  const text = withCountedMarks(shown.text);
  assert.match(text, new RegExp(`<\\|image_pad\\|> x ${shown.imageTokens}\\b`));
  assert.equal(text.match(/<\|image_pad\|>/g)!.length, 1);
});

it('names a model that is gone', async () => {
  await assert.rejects(firstPrompt('/nowhere', parseSettings({ model: { policy: 'gone' } })), /Model "gone" not found/);
});
