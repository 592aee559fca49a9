/**
 * A picture file to pixels as transformers' load_image and image processors give them: EXIF rotation applied, first frame only, colour
 * profile ignored, transparency dropped (the stored colours stay). PNG, JPEG, WebP, GIF, BMP and AVIF through Skia (@napi-rs/canvas), TIFF
 * and transparent PNG by decoders of their own. Where a WebP, GIF or AVIF file is wholly transparent, a canvas knows no colour: black.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createCanvas, Image } from '@napi-rs/canvas';
import { SophiaError } from '../../../shared/errors.ts';
import { firstPart } from '../../../shared/text/first-part.ts';
import { refuseIrregular } from '../io/local-path.ts';
import { pngPixels, tiffPixels } from './exact-decoders.ts';
import { checkImageSize, inspectImage, MAX_IMAGE_PIXELS } from './image-header.ts';
import { turnUpright } from './orientation.ts';
import type { ImageSize } from './resize.ts';
import { type RgbPixels, withoutAlpha } from './rgb-pixels.ts';

/** Bytes of a picture file: twice what the largest picture takes that is decoded, unpacked with 16 bits a channel. */
const MOST_BYTES = 512 * 2 ** 20;

/** What a picture file must be: its sha256 (hex) where that is known. */
export interface ImageChecks {
  readonly sha256?: string | undefined;
  readonly maxPixels?: number | undefined; // default: Pillow's limit
}

/** Reads and decodes a picture file. @throws SophiaError 'data' naming the file and what is wrong with it. */
export function readImage(path: string, { sha256, maxPixels }: ImageChecks = {}): RgbPixels {
  const bytes = pictureBytes(path);
  if (sha256 !== undefined && createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new SophiaError(
      'data',
      `${path} was altered since its data set was imported (its hash differs).`,
      'Put it back or import the data set again.',
    );
  return decodeImage(bytes, path, maxPixels);
}

/** The size of a picture file once it is turned upright, by its header alone. @throws SophiaError 'data' as readImage does */
export function imageSize(path: string): ImageSize {
  const { width, height, orientation } = inspectImage(pictureBytes(path), path);
  return orientation >= 5 ? { height: width, width: height } : { height, width };
}

/** The bytes of a picture file. @throws SophiaError 'data' where it is no file that can be read, or larger than any picture */
export function pictureBytes(path: string): Buffer {
  refuseIrregular(path);
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > MOST_BYTES)
    throw new SophiaError(
      'data',
      `${path} has ${Math.ceil(bytes / 2 ** 20)} MiB, more than any picture that is decoded.`,
    );
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EISDIR'
          ? 'is a folder, not an image'
          : `cannot be read (${code})`;
    throw new SophiaError('data', `${path} ${why}.`);
  }
}

/** Decodes the bytes of a picture file; `where` names it in errors. */
export function decodeImage(bytes: Uint8Array, where = 'The image', maxPixels = MAX_IMAGE_PIXELS): RgbPixels {
  const file = inspectImage(bytes, where);
  checkImageSize(file, where, maxPixels);
  const { width, height, orientation } = file;
  const exact = file.kind === 'tiff' ? tiffPixels : file.kind === 'png' && file.hasAlpha ? pngPixels : null;
  if (exact !== null) {
    try {
      return turnUpright(exact(file.bytes), orientation);
    } catch (error) {
      throw new SophiaError('data', `${where} cannot be decoded: ${firstPart((error as Error).message, '\n')}.`);
    }
  }
  const image = new Image();
  try {
    image.src = file.bytes;
  } catch (error) {
    throw new SophiaError('data', `${where} cannot be decoded: ${(error as Error).message}.`);
  }
  const sketch = createCanvas(1, 1).getContext('2d');
  sketch.drawImage(image, 0, 0); // decodes; only now is the size of every kind known
  // An AVIF file's turning is applied by the decoder.
  const isTurned = file.kind === 'avif' && image.width === height && image.height === width;
  const [w, h] = isTurned ? [height, width] : [width, height];
  if (image.width !== w || image.height !== h)
    throw new SophiaError('data', `${where} cannot be decoded: it is damaged.`);
  const context = createCanvas(w, h).getContext('2d');
  context.drawImage(image, 0, 0);
  return turnUpright({ width: w, height: h, data: withoutAlpha(context.getImageData(0, 0, w, h).data) }, orientation);
}
