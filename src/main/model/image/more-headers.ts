/**
 * What TIFF and AVIF files say of themselves: size, orientation, whether their end is there. Sizes are as stored. An AVIF file's turning
 * (irot, imir) is left to the decoder, which applies it.
 */
import type { ImageFile } from './image-file.ts';
import { exifOrientation } from './orientation.ts';

/** Whether the bytes begin as a TIFF file does (Intel or Motorola order; BigTIFF is not read). */
export const isTiff = (file: Buffer): boolean => ['49492a00', '4d4d002a'].includes(file.toString('hex', 0, 4));

/** Whether the bytes begin as an AVIF file does. */
export function isAvif(file: Buffer): boolean {
  if (file.toString('latin1', 4, 8) !== 'ftyp') return false;
  const brands = file.toString('latin1', 8, Math.min(file.length, file.readUInt32BE(0)));
  return /avi[fs]/.test(brands);
}

const TAGS = { width: 256, height: 257, orientation: 274 } as const;

/** The first picture of a TIFF file. @throws RangeError where the file ends within its directory */
export function inspectTiff(file: Buffer): ImageFile {
  const isIntel = file[0] === 0x49;
  const short = (at: number) => (isIntel ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const long = (at: number) => (isIntel ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const directory = long(4);
  const values = new Map<number, number>();
  const bytes = Buffer.from(file);
  for (let i = 0; i < short(directory); i++) {
    const entry = directory + 2 + 12 * i;
    // We turn pictures ourselves; the decoder knows upright ones alone.
    if (short(entry) === TAGS.orientation)
      isIntel ? bytes.writeUInt16LE(1, entry + 8) : bytes.writeUInt16BE(1, entry + 8);
    values.set(short(entry), short(entry + 2) === 3 ? short(entry + 8) : long(entry + 8));
  }
  return {
    kind: 'tiff',
    width: values.get(TAGS.width) ?? 0,
    height: values.get(TAGS.height) ?? 0,
    orientation: exifOrientation(file),
    hasAlpha: false,
    bytes,
  };
}

/** The picture of an AVIF file, or null where its end is missing. @throws RangeError where a box ends within its head */
export function inspectAvif(file: Buffer): ImageFile | null {
  let meta: Buffer = Buffer.alloc(0);
  for (let at = 0; at < file.length; ) {
    const long = file.readUInt32BE(at);
    const size = long === 1 ? Number(file.readBigUInt64BE(at + 8)) : long === 0 ? file.length - at : long;
    if (size < 8 || at + size > file.length) return null;
    if (file.toString('latin1', at + 4, at + 8) === 'meta') meta = file.subarray(at, at + size);
    at += size;
  }
  // A picture made of tiles has their size too: the whole is the largest.
  let [width, height] = [0, 0];
  for (let at = meta.indexOf('ispe'); at >= 0; at = meta.indexOf('ispe', at + 4)) {
    const [w, h] = [meta.readUInt32BE(at + 8), meta.readUInt32BE(at + 12)];
    if (w * h > width * height) [width, height] = [w, h];
  }
  return { kind: 'avif', width, height, orientation: 1, hasAlpha: false, bytes: file };
}
