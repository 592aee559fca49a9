/**
 * The pictures of a record: a path, the bytes of a file, Hugging Face's struct of both, base64 (plain or as data: address), or a list of
 * them. The marks in a question's text say where they stand: with several, each keeps its place as `<image N>`.
 */
import { Refusal } from './refusal.ts';

/** A picture as given: its path, or the bytes of its file. */
export type GivenPicture = string | Uint8Array;

const KEYS = ['image', 'path', 'images', 'image_path'];
/** More than a prompt holds anyway; a list beyond it is no list of pictures. */
const MOST = 64;
const MARK = /<image(?:[ _]?(\d+))?>/g;
/** How files begin in base64: JPEG, PNG, GIF, WebP (RIFF), BMP, TIFF. */
const BASE64_START = /^(?:\/9j\/|iVBOR|R0lG|UklG|Qk|SUkq|TU0A|AAAA)/;

/** The pictures of a record, none for a question of text. @throws Refusal for what is no picture */
export function picturesOf(record: Record<string, unknown>): GivenPicture[] {
  const kind = record.data_type ?? 'image';
  if (kind !== 'image' && kind !== 'text')
    throw new Refusal(`data_type ${JSON.stringify(kind)} is not supported, only "image" and "text"`);
  if (kind === 'text') return [];
  const key = KEYS.find((key) => Object.hasOwn(record, key) && record[key] != null);
  const given = key === undefined ? [] : record[key];
  const list = (Array.isArray(given) ? given : listInText(given)).filter((item) => item != null && item !== '');
  if (list.length > MOST) throw new Refusal(`has ${list.length} images; at most ${MOST} are supported`);
  const pictures = list.map(pictureOf);
  if (pictures.length === 0 && record.data_type === 'image')
    throw new Refusal('data_type is "image", but there is no image path');
  return pictures;
}

/** A list printed as text, as TSV files hold it; else the one value. */
function listInText(given: unknown): unknown[] {
  if (typeof given !== 'string' || !/^\s*\[[\s\S]*\]\s*$/.test(given)) return [given];
  try {
    const list: unknown = JSON.parse(given.replaceAll("'", '"'));
    return Array.isArray(list) ? list : [given];
  } catch {
    return [given];
  }
}

function pictureOf(given: unknown): GivenPicture {
  if (given instanceof Uint8Array) return given;
  if (typeof given === 'string') return inlineBytes(given) ?? given.toWellFormed();
  if (typeof given === 'object' && given !== null) {
    const { bytes, path, url, image } = given as Record<string, unknown>;
    const inner = bytes ?? path ?? image ?? url;
    if (inner != null && typeof inner !== 'object') return pictureOf(inner);
    if (inner instanceof Uint8Array) return inner;
    if (Array.isArray(inner) && inner.every((byte) => Number.isInteger(byte)))
      return Uint8Array.from(inner as number[]);
  }
  throw new Refusal('image is neither a path nor the bytes of a file');
}

/** The bytes that a text holds in base64, null for a path. */
function inlineBytes(text: string): Uint8Array | null {
  const data = /^data:image\/[\w.+-]+;base64,/.exec(text);
  if (data !== null) return Buffer.from(text.slice(data[0].length), 'base64');
  const isBase64 = text.length > 60 && BASE64_START.test(text) && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text);
  return isBase64 ? Buffer.from(text, 'base64') : null;
}

/**
 * The text with its marks as prompts read them: `<image N>` where the text names a picture; those that it does not name stand first, in order.
 * The only picture has no mark where it stands first. @throws Refusal where marks and pictures do not fit
 */
export function markedText(text: string, pictures: number): string {
  const marks = [...text.matchAll(MARK)];
  const names = new Set(marks.map(([mark, number]) => number ?? mark));
  if (pictures <= 1 && (pictures === 0 ? marks.length > 0 : marks.length > 1 && !(names.size === 1 && names.has('1'))))
    throw new Refusal(`has ${marks.length} <image> marks for ${pictures === 0 ? 'no' : 'one'} image`);
  if (pictures === 0) return text.trim();
  if (pictures === 1 && (marks.length === 0 || (marks.length === 1 && text.trimStart().startsWith(marks[0]![0]))))
    return text.replace(MARK, '').trim();
  const isNumbered = marks.some(([, number]) => number !== undefined);
  let next = 0;
  const numbered = text.replace(MARK, (_, number?: string) => `<image ${number ?? ++next}>`);
  const named = new Set([...numbered.matchAll(MARK)].map(([, number]) => Number(number)));
  const beyond = [...named].find((number) => number < 1 || number > pictures);
  if (beyond !== undefined) {
    const told = isNumbered
      ? `names <image ${beyond}>, and has ${pictures === 1 ? 'one image' : `${pictures} images`}`
      : null;
    throw new Refusal(told ?? `has ${marks.length} <image> marks for ${pictures} images`);
  }
  const first = Array.from({ length: pictures }, (_, i) => i + 1).filter((number) => !named.has(number));
  return `${first.map((number) => `<image ${number}>`).join('')}${first.length > 0 ? '\n' : ''}${numbered}`.trim();
}
