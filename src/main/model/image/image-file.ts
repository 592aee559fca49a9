/** A picture file that was looked at, and none of whose pixels was decoded. */
import type { Orientation } from './orientation.ts';

/** A checked picture file. `bytes` hold neither colour profile nor EXIF; sizes are as stored, before `orientation` turns it. */
export interface ImageFile {
  readonly kind: 'png' | 'jpeg' | 'webp' | 'gif' | 'bmp' | 'tiff' | 'avif';
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  readonly hasAlpha: boolean; // of PNG; of other kinds the canvas tells
  readonly bytes: Uint8Array;
}
