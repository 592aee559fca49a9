/**
 * A model family: everything that sets one architecture of vision-language models apart from another, behind one
 * interface. Its folder holds how config.json is read, which weights a file must hold, the vision tower, how pictures
 * are cut for it, where image tokens stand in a prompt and which positions they have. The decoder (network/) is shared
 * and driven by TextConfig; every other layer asks the family that `model_type` names (registry.ts) and knows none by
 * name.
 *
 * Methods take the configuration that the family's own parseConfig made; grids are those that its own imageEncoder or
 * givenImages made.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Fixed } from '../../tensor/tree.ts';
import type { ChatMessage, ChatTemplate } from '../chat/chat-template.ts';
import type { ImageSize } from '../image/resize.ts';
import type { RgbPixels } from '../image/rgb-pixels.ts';
import type { NetworkConfig } from '../network/decoder-config.ts';
import type { ExpectedTensor, Weights } from '../network/weights.ts';

/** What every family's configuration holds; a family's own adds to it. */
export interface ModelConfig extends NetworkConfig {
  readonly modelType: string; // config.json's model_type
  readonly imageTokenId: number; // the token whose place an image feature takes
}

/**
 * The geometry of one image as its family cuts it. Outside the family only these facts are known; what else a grid
 * holds (patches per side, tiles) is the family's.
 */
export interface ImageGrid {
  readonly key: string; // grids of one key are alike: they share compiled graphs
  readonly tokens: number; // image tokens that it takes in the prompt
  readonly rows: number; // rows of pixel values that it is cut into
}

/** One image as the vision tower takes it. */
export interface ImageInput {
  readonly pixelValues: Float32Array; // [grid.rows, pixelWidth]
  readonly grid: ImageGrid;
}

/**
 * All images of a batch, in order. The grids are fixed: the tower's layout follows from them, so that each list of
 * grids has a graph.
 */
export type ImageBatch<G extends ImageGrid = ImageGrid> = {
  readonly pixels: tf.Tensor2D; // [sum of grids' rows, pixelWidth]
  readonly grids: Fixed<readonly G[]>; // one per image
};

/** Bounds on the pixels of a picture once it is resized; null: the checkpoint's own. */
export interface PixelLimits {
  readonly minPixels: number | null;
  readonly maxPixels: number | null;
}

/** How pictures of any size are prepared for a model. `limits` stand before the checkpoint's own where they are given. */
export interface ImageEncoder {
  /** Resized, normalised, in patches. @throws SophiaError 'data' for a picture that is too long and thin */
  encode(pixels: RgbPixels, limits?: PixelLimits): ImageInput;
  /** The grid that a picture of this size is cut into: what it costs, before a pixel is read. @throws as `encode` does */
  gridOf(size: ImageSize, limits?: PixelLimits): ImageGrid;
  /** The bounds that hold. One that is given moves the checkpoint's other one where they would cross. */
  boundsOf(limits?: PixelLimits): { readonly minPixels: number; readonly maxPixels: number };
}

/** The weights' number format on disk, as config.json names it. */
export type CheckpointDtype = 'float32' | 'float16' | 'bfloat16';

/** One architecture. `C` is its configuration, `G` its grid; callers elsewhere use neither. */
export interface ModelFamily<C extends ModelConfig = ModelConfig, G extends ImageGrid = ImageGrid> {
  readonly modelType: string; // as config.json names it
  readonly title: string; // as people name it

  /**
   * The configuration held by a parsed config.json; `where` names the file.
   * @throws SophiaError 'data' naming the key that is wrong.
   */
  parseConfig(json: unknown, where: string): C;
  /** The config.json of a configuration: transformers reads it, and parseConfig reads it back to the same. */
  configJson(config: C, dtype: CheckpointDtype): Record<string, unknown>;
  /** The vision tower's sizes in one line, for people. */
  describeVision(config: C): string;

  /** Every weight of a configuration: what a file must hold, and what is saved. */
  expectedTensors(config: C): ExpectedTensor[];
  /**
   * A weight's name here from its name in a file. The decoder's are decoder-tensors.ts's; versions of transformers
   * differ in them.
   */
  weightName(fileName: string): string;
  /** A weight's name in the files that are saved: as the released checkpoints name it. */
  fileName(weightName: string): string;
  /** The path of the module that holds a weight, as transformers' model and PEFT name it. */
  modulePath(weightName: string): string;
  /**
   * What the names of the vision tower's weights begin with: what image features depend on, and what model.freezeVision
   * freezes.
   */
  readonly visionPrefix: string;
  /** Which weights LoRA adapts. */
  readonly loraTargets: RegExp;

  /**
   * How pictures are cut for a model, from its parsed preprocessor_config.json ({} where there is none).
   * @throws SophiaError 'data' naming the key that is wrong or contradicts config.json.
   */
  imageEncoder(config: C, preprocessor: unknown, where: string): ImageEncoder;
  /** The preprocessor_config.json of a configuration. */
  preprocessorJson(config: C): Record<string, unknown>;
  /** The side in pixels, near the wanted one, at which a square picture is drawn so that nothing need be resized. */
  pictureSide(config: C, wanted: number): number;
  /** Numbers per row of pixel values. */
  pixelWidth(config: C): number;
  /**
   * Images given as transformers' processor gives them (pixel_values and the family's own sizes), or null where the
   * input has none of it.
   * @throws SophiaError 'usage' naming the key that does not fit; `where` names the file.
   */
  givenImages(config: C, input: Readonly<Record<string, unknown>>, where: string): ImageInput[] | null;
  /**
   * Image tokens of all images, in order [sum of grids' tokens, layers * H]; `w` holds the vision tower at least. One
   * layer fills the images' places, further ones are added behind the decoder's first layers (network/inputs/image-places.ts).
   * Traceable (tensor/compile.ts).
   */
  imageFeatures(config: C, w: Weights, images: ImageBatch<G>): tf.Tensor2D;

  /**
   * The chat as text, by the template, or by the family's own layout where the tokenizer has none (null). Each image is
   * one mark.
   */
  chat(messages: readonly ChatMessage[], template: ChatTemplate | null): string;
  /** The mark that stands for an image in chat text. */
  readonly imageMark: string;
  /** What one image's mark becomes: as many image tokens as its grid takes, with what stands around them. */
  imageText(config: C, grid: G): string;
  /**
   * Rotary positions [axes][T] of a prompt without padding.
   * @throws SophiaError 'data' where its image tokens do not fit the grids.
   */
  positions(config: C, ids: readonly number[], grids: readonly G[]): Int32Array[];
}
