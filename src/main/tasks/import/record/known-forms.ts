/**
 * Records as other programs write them, turned into the keys that to-question.ts reads: chat prompts (EasyR1's and verl's Parquet files,
 * with the true answer in reward_model), conversations (LLaVA, ShareGPT, OpenAI's messages), options in columns A, B, C, pictures in
 * columns image_1, image_2. A conversation of several turns is one record for each question in it. Anything else passes as it is.
 */
import { Refusal } from './refusal.ts';

type Fields = Record<string, unknown>;

/** Roles that ask and that answer, by the names in use. */
const ASKS = new Set(['human', 'user']);
const ANSWERS = new Set(['gpt', 'assistant', 'model', 'bot']);

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** The records that one record of a file stands for. @throws Refusal where its form is known and broken */
export function knownForms(value: unknown): unknown[] {
  if (!isObject(value)) return [value];
  const record = withOptionColumns(withPictureColumns(value));
  const turns = [record.conversations, record.messages, record.conversation].find(isChat);
  if (turns !== undefined)
    return turnsOf(turns).map((turn, i) => ({ ...rest(record), ...turn, ...laterId(record, i) }));
  return [withChatPrompt(withInput(record))];
}

/** Alpaca's records: what the instruction is about stands below it. */
function withInput(record: Fields): Fields {
  const { instruction, input, ...others } = record;
  if (typeof instruction !== 'string' || typeof input !== 'string' || input.trim() === '') return record;
  return { ...others, instruction: `${instruction}\n${input}` };
}

/** The pictures that a turn carries itself, as chats of OpenAI's and Qwen's form do: an address of data, or a path. */
function picturesIn({ content }: Fields): unknown[] {
  if (!Array.isArray(content)) return [];
  return content.filter(isObject).flatMap((part) => {
    const given = part.image ?? part.image_url ?? part.path ?? part.url;
    return given == null || typeof part.text === 'string' ? [] : [given];
  });
}

/** The id of a later turn: that of its conversation with the turn's number. */
function laterId(record: Fields, turn: number): Fields {
  const id = record.id ?? record.problem_id;
  return turn === 0 || id === undefined || id === null ? {} : { id: `${String(id)}-${turn + 1}` };
}

function rest({ conversations: _c, messages: _m, conversation: _s, ...others }: Fields): Fields {
  return others;
}

function isChat(value: unknown): value is Fields[] {
  return Array.isArray(value) && value.length > 0 && value.every((turn) => isObject(turn) && roleOf(turn) !== null);
}

function roleOf({ role, from }: Fields): string | null {
  const given = role ?? from;
  return typeof given === 'string' ? given.toLowerCase() : null;
}

/** The text of a turn: its parts joined, each picture as its mark. */
function textOf({ content, value }: Fields): string {
  const given = content ?? value;
  if (typeof given === 'string') return given;
  if (!Array.isArray(given)) throw new Refusal('a turn of its conversation has no text');
  return given
    .map((part) => {
      if (typeof part === 'string') return part;
      if (!isObject(part)) return '';
      return typeof part.text === 'string' ? part.text : part.type === 'image' || 'image_url' in part ? '<image>' : '';
    })
    .join('');
}

/** Questions with their answers, and the pictures that stand in them. What a conversation says before its first question (system text) is left out: the prompt has its own. */
function turnsOf(chat: readonly Fields[]): { question: string; answer: string; images?: unknown[] }[] {
  const turns: { question: string; answer: string; images?: unknown[] }[] = [];
  let question: string | null = null;
  let images: unknown[] = [];
  for (const turn of chat) {
    const role = roleOf(turn) ?? '';
    if (ASKS.has(role)) [question, images] = [textOf(turn), picturesIn(turn)];
    else if (ANSWERS.has(role) && question !== null) {
      turns.push({ question, answer: textOf(turn), ...(images.length > 0 && { images }) });
      question = null;
    }
  }
  if (turns.length === 0) throw new Refusal('its conversation has no question with an answer');
  return turns;
}

/** `prompt` as a chat (verl, EasyR1): its last question; the answer, the bare question and the split lie in fields of their own. */
function withChatPrompt(record: Fields): Fields {
  const reward = isObject(record.reward_model) ? record.reward_model : {};
  const extra = isObject(record.extra_info) ? record.extra_info : {};
  const chat = isChat(record.prompt) ? record.prompt : null;
  if (chat === null && !('ground_truth' in reward)) return record;
  const asked = chat?.filter((turn) => ASKS.has(roleOf(turn) ?? '')).at(-1);
  if (chat !== null && asked === undefined) throw new Refusal('its chat prompt has no question of a user');
  const bare = typeof extra.question === 'string' && extra.question.trim() !== '' ? extra.question : null;
  const text = asked === undefined ? record.prompt : textOf(asked);
  const marks = (of: unknown) => String(of).match(/<image>/g)?.length ?? 0;
  // The bare question lacks what the file's author appended to ask for a form of answer; it may lack the pictures' marks too.
  const question =
    bare === null ? text : marks(bare) === marks(text) ? bare : `${'<image>'.repeat(marks(text))}${bare}`;
  const { prompt: _prompt, ...others } = record;
  return {
    ...others,
    question,
    ...(asked !== undefined &&
      record.images === undefined &&
      picturesIn(asked).length > 0 && { images: picturesIn(asked) }),
    answer: record.answer ?? record.solution ?? reward.ground_truth ?? extra.answer ?? completed(record.completion),
    ...(record.split === undefined && typeof extra.split === 'string' && { split: extra.split }),
  };
}

/** The answer of TRL's conversational `completion`. */
function completed(completion: unknown): unknown {
  const turn = isChat(completion) ? completion.findLast((of) => ANSWERS.has(roleOf(of) ?? '')) : undefined;
  return turn === undefined ? completion : textOf(turn);
}

/** image_1, image_2, ... (MMMU) as one list; decoded_image (MathVista) as the picture that `image` only names. */
function withPictureColumns(record: Fields): Fields {
  if (record.decoded_image !== undefined && record.decoded_image !== null && record.decoded_image !== '')
    return { ...record, image: record.decoded_image };
  if (record.image !== undefined || record.images !== undefined || !('image_1' in record)) return record;
  const images: unknown[] = [];
  for (let n = 1; `image_${n}` in record; n++) if (record[`image_${n}`] != null) images.push(record[`image_${n}`]);
  return { ...record, images };
}

/** Columns A, B, C, ... (MMBench's files) as options. */
function withOptionColumns(record: Fields): Fields {
  const isText = (value: unknown) => (typeof value === 'string' && value !== '') || typeof value === 'number';
  if (record.options !== undefined || record.choices !== undefined || !isText(record.A) || !isText(record.B))
    return record;
  const options: unknown[] = [];
  for (let letter = 65; isText(record[String.fromCharCode(letter)]) && letter < 91; letter++)
    options.push(record[String.fromCharCode(letter)]);
  return { ...record, options };
}
