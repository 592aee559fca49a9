/** Writes a picture of smooth colours and noise as PNG: `node make-picture.ts WIDTH HEIGHT FILE`. */
import { writeFileSync } from 'node:fs';
import { encodePng } from '../../src/main/model/image/encode-png.ts';
import { Random } from '../../src/shared/values/random.ts';

const [width = 0, height = 0] = process.argv.slice(2).map(Number);
const file = process.argv[4];
if (!(width > 0 && height > 0) || file === undefined) throw new Error('Usage: make-picture.ts WIDTH HEIGHT FILE');
const random = new Random(0, 'picture');
const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
  return Math.min(255, Math.max(0, 128 + 100 * Math.sin((x * ((i % 3) + 1)) / 90 + y / 70) + random.int(-20, 20)));
});
writeFileSync(file, await encodePng({ width, height, data }));
