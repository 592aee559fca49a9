/** The app's icon as pixels: neither Electron nor the systems' installers read SVG. */
import { readFileSync } from 'node:fs';
import { createCanvas, loadImage } from '@napi-rs/canvas';

/** An SVG file as a PNG of `size` x `size` pixels, drawn at that very size. */
export async function drawIcon(file, size) {
  const svg = readFileSync(file, 'utf8').replace('<svg ', `<svg width="${size}" height="${size}" `);
  const canvas = createCanvas(size, size);
  canvas.getContext('2d').drawImage(await loadImage(Buffer.from(svg)), 0, 0);
  return canvas.encode('png');
}
