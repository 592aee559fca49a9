/** Chat templates: rendered as transformers renders them, found in every form that model folders have them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { type ChatMessage, chatTemplate, textPart } from '../../src/main/model/chat/chat-template.ts';
import { findChatTemplate } from '../../src/main/model/folder/side-files/chat-template-file.ts';
import { loadTokenizer } from '../../src/main/model/folder/tokenizer.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const folder = join(fixtures, 'chat-templates');

interface Expected {
  readonly specialTokens: Record<string, string>;
  readonly chats: Record<string, ChatMessage[]>;
  readonly templates: Record<string, { readonly imageMark: string; readonly chats: Record<string, string> }>;
}

const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected;
const asked: ChatMessage[] = [{ role: 'user', content: [{ type: 'image' }, textPart('How many?')] }];

for (const [name, { imageMark, chats }] of Object.entries(expected.templates)) {
  test(`the template of ${name} gives what transformers gives`, () => {
    const template = chatTemplate(readFileSync(join(folder, `${name}.jinja`), 'utf8'), name, expected.specialTokens);
    for (const [chat, text] of Object.entries(chats))
      assert.equal(template.render(expected.chats[chat]!, imageMark), text, chat);
  });
}

test('a template of a text model gets images as marks within its string', () => {
  const plain = "{% for m in messages %}{{ '[' + m.content + ']' }}{% endfor %}";
  assert.equal(chatTemplate(plain, 'x').render(asked, '<image>'), '[<image>How many?]');
});

test('loops over ranges end: one that would not is refused, also where loops lie in one another', () => {
  for (const loop of ['range(1000000000)', 'range(5, 500000)', 'range(900) %}{% for y in range(900)'])
    assert.throws(
      () =>
        chatTemplate(`{% for x in ${loop} %}a{% endfor %}${loop.includes('y') ? '{% endfor %}' : ''}`, 'm').render(
          asked,
          '<i>',
        ),
      /The chat template of m .* loops run over more than 100000 numbers/,
    );
});

test('a template that drops images, is no Jinja, or refuses a role is one clear line', () => {
  const refuses = (text: string, messages: ChatMessage[], message: RegExp) =>
    assert.throws(() => chatTemplate(text, 'a-model').render(messages, '<image>'), {
      name: 'SophiaError',
      code: 'data',
      message,
    });
  refuses(
    '{% for m in messages %}{{ m.role }}{% endfor %}',
    asked,
    /of a-model cannot lay out an image with a question/,
  );
  refuses('{% for m in %}', asked, /The chat template of a-model cannot be read/);
  const noSystem =
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system role') }}{% endif %}{% for p in m.content %}{{ '<image>' if p.type == 'image' else p.text }}{% endfor %}{% endfor %}";
  refuses(
    noSystem,
    [{ role: 'system', content: [textPart('Be brief.')] }, ...asked],
    /a-model refuses .*no system role/,
  );
  const last = '{% for p in messages[-1].content %}{{ "<image>" if p.type == "image" else p.text }}{% endfor %}';
  refuses(last, [...asked, ...asked], /makes 1 places for 2 images/);
  refuses(
    last,
    [{ role: 'user', content: [{ type: 'image' }, textPart('What is <image>?')] }],
    /holds "<image>" as text/,
  );
});

test('a template may count and loop as in transformers', () => {
  const loops =
    '{% for i in range(3) %}{{ i }}{% endfor %}{% for i in range(5, 0, -2) %}{{ i }}{% endfor %}{% for p in messages[0].content %}{{ "<image>" if p.type == "image" else p.text }}{% endfor %}';
  assert.equal(chatTemplate(loops, 'x').render(asked, '<image>'), '012531<image>How many?');
});

test('no prompt holds the date of the day', () => {
  const dated =
    "{% if strftime_now is defined %}{{ strftime_now('%Y') }}{% endif %}{% for p in messages[0].content %}{{ '<image>' if p.type == 'image' else p.text }}{% endfor %}";
  assert.equal(chatTemplate(dated, 'x').render(asked, '<image>'), '<image>How many?');
});

test('templates are found in every form, in the order of transformers', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-template-'));
  const found = (tokenizerConfig: unknown = {}) => findChatTemplate(dir, tokenizerConfig);
  const write = (name: string, content: unknown) =>
    writeFileSync(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
  assert.equal(found(), null);
  assert.equal(found({ chat_template: null }), null);
  assert.deepEqual(found({ chat_template: 'one' }), { name: 'tokenizer_config.json', text: 'one' });
  const named = [
    { name: 'tool_use', template: 'tools' },
    { name: 'default', template: 'two' },
  ];
  assert.equal(found({ chat_template: named })?.text, 'two');
  assert.equal(found({ chat_template: [{ name: 'rag', template: 'alone' }] })?.text, 'alone');
  const others = [{ name: 'rag', template: 'x' }, named[0]];
  assert.throws(() => found({ chat_template: others }), /none of the chat templates rag, tool_use is named "default"/);
  assert.throws(() => found({ chat_template: 7 }), /tokenizer_config\.json: chat_template is neither a text nor/);
  write('processor_config.json', { image_seq_length: 64, chat_template: 'of the processor' });
  assert.equal(found({ chat_template: 'one' })?.text, 'of the processor');
  write('chat_template.json', { chat_template: 'of the older processor' });
  assert.deepEqual(found({ chat_template: 'one' }), { name: 'chat_template.json', text: 'of the older processor' });
  write('chat_template.jinja', 'raw');
  assert.deepEqual(found({ chat_template: 'one' }), { name: 'chat_template.jinja', text: 'raw' });
  write('chat_template.json', '{');
  assert.equal(found()?.text, 'raw');
});

test('a tokenizer without a template says so; special tokens reach the template in both of their forms', () => {
  const bpe = join(fixtures, 'tokenizer-bpe');
  assert.equal(loadTokenizer(bpe).chatTemplate, null);
  const dir = mkdtempSync(join(tmpdir(), 'sophia-template-'));
  for (const name of ['tokenizer.json', 'tokenizer_config.json'])
    writeFileSync(join(dir, name), readFileSync(join(bpe, name)));
  const config = JSON.parse(readFileSync(join(bpe, 'tokenizer_config.json'), 'utf8'));
  writeFileSync(
    join(dir, 'tokenizer_config.json'),
    JSON.stringify({ ...config, bos_token: { content: '<s>' }, eos_token: '</s>' }),
  );
  writeFileSync(
    join(dir, 'chat_template.jinja'),
    '{{ bos_token }}{% for p in messages[0].content %}{{ "<image>" if p.type == "image" else p.text }}{% endfor %}{{ eos_token }}',
  );
  assert.equal(loadTokenizer(dir).chatTemplate?.render(asked, '<image>'), '<s><image>How many?</s>');
});
