/**
 * What the pictures of imported questions cost a model: image tokens, by the sizes that their files tell, before a pixel is decoded. A photograph
 * of twelve megapixels takes 15,000 tokens where nothing bounds it, and memory grows with them.
 */
import { imageCount, type Question } from '../../shared/question.ts';
import type { ImageEncoder, PixelLimits } from '../model/families/family.ts';
import type { ImageSize } from '../model/image/resize.ts';

/** Image tokens of a sample of pictures. */
export interface PictureCost {
  readonly pictures: number; // looked at
  readonly mean: number;
  readonly most: number;
  readonly largest: ImageSize; // the picture that takes most, in pixels of its file
}

/** Pictures looked at, spread over the questions. */
const SAMPLED = 64;
/** Tokens of a picture from which on it is told: a picture of two megapixels in Qwen2.5-VL. The models' cards advise 256 to 1,280. */
const MUCH = 2560;

/** What the pictures of questions cost, by up to 64 of them; null where none has a file that tells its size. */
export function pictureCost(
  encoder: ImageEncoder,
  questions: readonly Question[],
  sizeOf: (question: Question, at: number) => ImageSize,
  limits?: PixelLimits,
): PictureCost | null {
  const shown = questions.filter(({ image }) => image !== null && image.kind !== 'scene');
  const every = Math.max(1, Math.ceil(shown.length / SAMPLED));
  const costs = shown
    .filter((_, i) => i % every === 0)
    .flatMap((question) => Array.from({ length: imageCount(question) }, (_, at) => costOf(question, at)))
    .filter((cost) => cost !== null);
  function costOf(question: Question, at: number) {
    try {
      const size = sizeOf(question, at);
      return { size, tokens: encoder.gridOf(size, limits).tokens };
    } catch {
      return null; // a file that is gone or damaged is told when it is read
    }
  }
  const [first] = costs;
  if (first === undefined) return null;
  const largest = costs.reduce((most, cost) => (cost.tokens > most.tokens ? cost : most), first);
  const mean = costs.reduce((sum, { tokens }) => sum + tokens, 0) / costs.length;
  return { pictures: costs.length, mean, most: largest.tokens, largest: largest.size };
}

/** A warning where pictures cost much, null where they do not. */
export function pictureWarning(cost: PictureCost | null): string | null {
  if (cost === null || cost.most <= MUCH) return null;
  const { width, height } = cost.largest;
  const [most, mean] = [cost.most, Math.round(cost.mean)].map((tokens) => tokens.toLocaleString('en'));
  return `A picture takes up to ${most} image tokens (${width}x${height} pixels), ${mean} on average: memory and time grow with them. data.maxPixels bounds them; 1003520 are 1,280 tokens of Qwen2.5-VL.`;
}
