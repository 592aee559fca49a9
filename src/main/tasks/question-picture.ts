/**
 * A question's pictures as a judge over the network is sent them: the endpoint as thinking reward, as rater and as annotator sees the same ones.
 * Embedded questions are drawn, imported ones read from their file and scaled down to what a Qwen2.5-VL judge would keep of them.
 * The drawing and encoding libraries are loaded when the first picture is wanted.
 */
import { SophiaError } from '../../shared/errors.ts';
import { imagePaths, type Question } from '../../shared/question.ts';
import type { RgbPixels } from '../model/image/rgb-pixels.ts';

/** Decodes a picture file of an imported question (the one `at`, from 0, where it has several); throws where it is gone or damaged. */
export type LoadImage = (question: Question, at?: number) => RgbPixels;

/** Side of an embedded question's picture, in pixels. */
const DRAWN_SIDE = 448;
/** Most pixels of an imported one: the limit of transformers' image processor for Qwen2.5-VL. */
const MOST_PIXELS = 1280 * 28 * 28;

/**
 * The pictures as PNG in their order, none for a question without one. Rejects where there is one that cannot be had, so that nobody judges
 * blind.
 */
export async function questionPngs(question: Question, loadImage?: LoadImage): Promise<Uint8Array[]> {
  if (question.image === null) return [];
  if (question.image.kind === 'scene')
    return [await (await import('./scene/render.ts')).renderPng(question, DRAWN_SIDE)];
  if (loadImage === undefined)
    throw new SophiaError('internal', `Question ${question.id}: nothing was given to read its picture with.`);
  const { encodePng } = await import('../model/image/encode-png.ts');
  return imagePaths(question).map((_, at) => {
    const pixels = loadImage(question, at);
    return encodePng(pixels, Math.min(1, Math.sqrt(MOST_PIXELS / (pixels.width * pixels.height))));
  });
}
