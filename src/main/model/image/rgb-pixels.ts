/** Pixels of a decoded picture, as every part of the program hands them on. */

/** Three bytes (red, green, blue) per pixel, rows from the top. */
export interface RgbPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array; // [height, width, 3]
}
