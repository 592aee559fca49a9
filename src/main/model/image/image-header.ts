/**
 * What a picture file says of itself before any pixel is decoded: its kind and size, whether its end is there. A broken file or
 * a decompression bomb is refused here, at the cost of reading a few bytes. Colour profiles are cut out, because Pillow (and so
 * transformers) ignores them, while a canvas would convert the colours; EXIF parts are cut out because we turn pictures ourselves.
 */
import { crc32 } from 'node:zlib';
import { SophiaError } from '../../../shared/errors.ts';
import type { ImageFile } from './image-file.ts';
import { inspectAvif, inspectTiff, isAvif, isTiff } from './more-headers.ts';
import { exifOrientation, type Orientation } from './orientation.ts';

/** PNG chunks that describe colour or rotation, not pixels. */
const PNG_CUT = new Set(['iCCP', 'gAMA', 'cHRM', 'sRGB', 'cICP', 'eXIf']);
const PNG_SIGNATURE = '89504e470d0a1a0a';

/** Pixels above which a file is not decoded: Pillow's own limit against decompression bombs. */
export const MAX_IMAGE_PIXELS = 89_478_485;

/** Refuses a picture that cannot be decoded for its size, before a pixel is. @throws SophiaError 'data' */
export function checkImageSize(
  { width, height }: Pick<ImageFile, 'width' | 'height'>,
  where: string,
  maxPixels = MAX_IMAGE_PIXELS,
): void {
  if (!(width > 0 && height > 0)) throw new SophiaError('data', `${where} is an image without pixels.`);
  if (width * height > maxPixels)
    throw new SophiaError(
      'data',
      `${where} has ${width}x${height} pixels, more than the ${maxPixels} allowed.`,
      'Scale it down.',
    );
}

/** Checks a picture file. @throws SophiaError 'data' when it is no picture of a known kind, or its end is missing. */
export function inspectImage(bytes: Uint8Array, where: string): ImageFile {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (file.toString('hex', 0, 8) === PNG_SIGNATURE) return inspectPng(file, where);
    if (file.length > 3 && file.readUInt16BE(0) === 0xffd8 && file[2] === 0xff) return inspectJpeg(file, where);
    if (file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WEBP')
      return inspectWebp(file, where);
    if (/^GIF8[79]a/.test(file.toString('latin1', 0, 6))) {
      return {
        kind: 'gif',
        width: file.readUInt16LE(6),
        height: file.readUInt16LE(8),
        orientation: 1,
        hasAlpha: false,
        bytes,
      };
    }
    if (isTiff(file)) return inspectTiff(file);
    if (isAvif(file)) return inspectAvif(file) ?? truncated(where);
    if (file.toString('latin1', 0, 2) === 'BM' && file.readUInt32LE(2) <= file.length) {
      return {
        kind: 'bmp',
        width: file.readInt32LE(18),
        height: Math.abs(file.readInt32LE(22)),
        orientation: 1,
        hasAlpha: false,
        bytes,
      };
    }
  } catch (error) {
    if (error instanceof RangeError) return truncated(where);
    throw error;
  }
  const what = file.length === 0 ? 'is empty' : 'is not a PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF image';
  throw new SophiaError('data', `${where} ${what}.`);
}

function inspectPng(file: Buffer, where: string): ImageFile {
  const kept = [file.subarray(0, 8)];
  let orientation: Orientation = 1;
  let hasAlpha = [4, 6].includes(file[25] ?? 0); // the header's colour type
  for (let at = 8; at < file.length; ) {
    const end = at + 12 + file.readUInt32BE(at);
    if (end > file.length) truncated(where);
    const name = file.toString('latin1', at + 4, at + 8);
    if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) {
      throw new SophiaError('data', `${where} is a damaged PNG image: the checksum of its part "${name}" is wrong.`);
    }
    if (name === 'eXIf') orientation = exifOrientation(file.subarray(at + 8, end - 4));
    if (name === 'tRNS') hasAlpha = true;
    if (!PNG_CUT.has(name)) kept.push(file.subarray(at, end));
    if (name === 'IEND') {
      return {
        kind: 'png',
        width: file.readUInt32BE(16),
        height: file.readUInt32BE(20),
        orientation,
        hasAlpha,
        bytes: Buffer.concat(kept),
      };
    }
    at = end;
  }
  return truncated(where);
}

function inspectJpeg(file: Buffer, where: string): ImageFile {
  const kept = [file.subarray(0, 2)];
  let size: { width: number; height: number } | undefined;
  let orientation: Orientation = 1;
  for (let at = 2; at < file.length; ) {
    while (file[at] === 0xff && file[at + 1] === 0xff) at++; // fill bytes
    const marker = file.readUInt16BE(at);
    const end = at + 2 + file.readUInt16BE(at + 2);
    if (marker >> 8 !== 0xff || end > file.length) truncated(where);
    const low = marker & 0xff;
    // Frame headers: C0 to CF without tables (C4), reserved (C8) and arithmetic conditioning (CC).
    if (low >= 0xc0 && low <= 0xcf && low !== 0xc4 && low !== 0xc8 && low !== 0xcc) {
      size = { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
    }
    const profile = low === 0xe2 && file.toString('latin1', at + 4, at + 15) === 'ICC_PROFILE';
    const exif = low === 0xe1 && file.toString('latin1', at + 4, at + 8) === 'Exif';
    if (exif) orientation = exifOrientation(file.subarray(at + 10, end));
    if (low === 0xda) {
      if (size === undefined || file.lastIndexOf(Buffer.of(0xff, 0xd9)) < end) truncated(where);
      return {
        kind: 'jpeg',
        ...size,
        orientation,
        hasAlpha: false,
        bytes: Buffer.concat([...kept, file.subarray(at)]),
      };
    }
    if (!profile && !exif) kept.push(file.subarray(at, end));
    at = end;
  }
  return truncated(where);
}

function inspectWebp(file: Buffer, where: string): ImageFile {
  if (file.readUInt32LE(4) + 8 > file.length) truncated(where);
  const kind = file.toString('latin1', 12, 16);
  const bytes = Buffer.from(file);
  if (kind === 'VP8X') {
    const size = { width: file.readUIntLE(24, 3) + 1, height: file.readUIntLE(27, 3) + 1 };
    return { kind: 'webp', ...size, orientation: hideWebpParts(bytes), hasAlpha: false, bytes };
  }
  if (kind === 'VP8L') {
    const bits = file.readUInt32LE(21);
    return {
      kind: 'webp',
      width: (bits & 0x3fff) + 1,
      height: ((bits >>> 14) & 0x3fff) + 1,
      orientation: 1,
      hasAlpha: false,
      bytes,
    };
  }
  const [width, height] = [file.readUInt16LE(26) & 0x3fff, file.readUInt16LE(28) & 0x3fff];
  return { kind: 'webp', width, height, orientation: 1, hasAlpha: false, bytes };
}

/** Renames profile and EXIF to parts that decoders skip, which leaves lengths and offsets alone; returns the orientation. */
function hideWebpParts(bytes: Buffer): Orientation {
  let orientation: Orientation = 1;
  bytes[20] = (bytes[20] ?? 0) & ~0x28; // the header's flags for both
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [name, length] = [bytes.toString('latin1', at, at + 4), bytes.readUInt32LE(at + 4)];
    // Some writers put JPEG's "Exif" mark before the TIFF header.
    const mark = bytes.toString('latin1', at + 8, at + 12) === 'Exif' ? 6 : 0;
    if (name === 'EXIF') orientation = exifOrientation(bytes.subarray(at + 8 + mark, at + 8 + length));
    if (name === 'EXIF' || name === 'ICCP') bytes.write('XXXX', at, 'latin1');
    at += 8 + length + (length & 1);
  }
  return orientation;
}

function truncated(where: string): never {
  throw new SophiaError('data', `${where} is a truncated image: its end is missing.`);
}
