/**
 * VLRewardBench's record format (huggingface.co datasets MMInstruction/VL-RewardBench, Parquet or JSON lines), so that the real file can be
 * dropped in: id, query, response (two texts), image ({bytes, path} or a path), human_ranking ([0, 1]: the first is better; [1, 0]: the second),
 * query_source. A whole response stands for the thinking. Deliberately absent: the file's download.
 */

import { join } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../shared/errors.ts';
import type { Question } from '../../shared/question.ts';
import { firstOf, zip } from '../../shared/values/list.ts';
import { decodeImage, readImage } from '../model/image/decode-image.ts';
import type { RgbPixels } from '../model/image/rgb-pixels.ts';
import { safeImagePath } from '../tasks/import/image-path.ts';
import { readJsonLines } from '../tasks/import/rows/json-lines.ts';
import { readParquetRows } from '../tasks/import/rows/parquet-rows.ts';
import type { JudgedGroup } from './validation/judged.ts';

const record = z.object({
  id: z.union([z.string(), z.number()]),
  query: z.string(),
  response: z.array(z.string()).min(2),
  human_ranking: z.array(z.number()).min(2),
  image: z
    .union([z.string(), z.object({ bytes: z.instanceof(Uint8Array).nullish(), path: z.string().nullish() })])
    .nullish(),
  query_source: z.string().nullish(),
  ground_truth: z.string().nullish(),
});

/** The benchmark's pairs, and how a question's picture is had. */
export interface RewardBench {
  readonly groups: readonly JudgedGroup[];
  readonly problems: readonly { readonly line: number; readonly reason: string }[];
  readonly loadImage: (question: Question) => RgbPixels;
  readonly outside: readonly string[]; // paths of pictures that do not lie inside the file
}

/** Reads the file, at most `limit` records; `imageFolder` holds images that are given by path. Throws `data` where nothing can be used. */
export async function readRewardBench(
  file: string,
  imageFolder: string | null,
  limit = Infinity,
): Promise<RewardBench> {
  const rows = /\.parquet$/i.test(file) ? readParquetRows(file) : readJsonLines(file);
  const groups: JudgedGroup[] = [];
  const problems: { line: number; reason: string }[] = [];
  const bytes = new Map<string, Uint8Array>();
  for await (const row of rows) {
    if (groups.length >= limit) break;
    if ('reason' in row) {
      problems.push({ line: row.line, reason: row.reason });
      continue;
    }
    const read = record.safeParse(row.value);
    const wrong = read.success
      ? rankingProblem(read.data)
      : `${firstOf(read.error.issues, 'failed check').path.join('.')} is missing or wrong`;
    if (wrong !== null) problems.push({ line: row.line, reason: wrong });
    else if (read.success) {
      const group = groupOf(read.data);
      const given = typeof read.data.image === 'object' ? read.data.image?.bytes : undefined;
      if (given != null) bytes.set(group.question.id, given);
      groups.push(group);
    }
  }
  if (groups.length === 0)
    throw new SophiaError(
      'data',
      `${file} has no VLRewardBench record${problems[0] ? `: line ${problems[0].line}: ${problems[0].reason}` : ''}.`,
      'A record needs id, query, response, human_ranking and image.',
    );
  const loadImage = (question: Question): RgbPixels => {
    const inside = bytes.get(question.id);
    if (inside !== undefined) return decodeImage(inside, `The image of ${question.id}`);
    const path = question.image?.kind === 'file' ? question.image.path : '';
    if (imageFolder === null)
      throw new SophiaError('usage', `The image ${path} lies outside the file.`, 'Name its folder with --images.');
    const safe = safeImagePath(path, imageFolder);
    if ('reason' in safe) throw new SophiaError('data', `${question.id}: ${safe.reason}.`);
    return readImage(join(imageFolder, safe.path));
  };
  const outside = groups.flatMap(({ question: { id, image } }) =>
    image?.kind === 'file' && !bytes.has(id) ? [image.path] : [],
  );
  return { groups, problems, loadImage, outside: [...new Set(outside)] };
}

type Entry = z.infer<typeof record>;

/** The ranks must be as many as the responses, each rank once. */
function rankingProblem({ response, human_ranking: ranks }: Entry): string | null {
  if (ranks.length !== response.length)
    return `human_ranking has ${ranks.length} ranks for ${response.length} responses`;
  const each = ranks.map((_, rank) => rank).every((rank) => ranks.includes(rank));
  return each ? null : `human_ranking ${JSON.stringify(ranks)} is not a ranking`;
}

function groupOf(entry: Entry): JudgedGroup {
  const path = typeof entry.image === 'string' ? entry.image : (entry.image?.path ?? '');
  const source = entry.query_source ?? 'unknown';
  const question: Question = {
    id: `vl-rewardbench/${entry.id}`,
    category: 'general',
    answerType: 'free_form',
    split: 'test',
    template: source,
    text: entry.query.replaceAll('<image>', '').trim(),
    answer: entry.ground_truth ?? '',
    image: entry.image == null ? null : { kind: 'file', path },
    scene: null,
  };
  const responses = zip(entry.response, entry.human_ranking).map(([text, rank]) => {
    return { thinking: text, text, truth: 0 - rank, outcome: null, dimensions: null };
  });
  return { question, parts: [`source:${source}`], responses };
}
