/**
 * The app's icon (src/renderer/icon.svg) as the files that the platforms want, in dist/icons: PNG in the sizes of Linux desktops, ICO, ICNS. Made here,
 * as electron-builder's own converter is a download; ICO and ICNS of today are a table of sizes followed by the PNG files themselves.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawIcon } from '../../src/main/shell/build/icon.mjs';
import { root } from '../setup/paths.mjs';

const SOURCE = path.join(root, 'src/renderer/icon.svg');
const PNG_SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** ICNS's names of its pictures: the sizes of a screen with one and with two dots to a point. */
const ICNS_TYPES = { ic11: 32, ic12: 64, ic07: 128, ic08: 256, ic13: 256, ic09: 512, ic14: 512, ic10: 1024 };

/** Writes all of them (electron-builder.yml names them). */
export async function writeIcons(folder = path.join(root, 'dist/icons')) {
  mkdirSync(folder, { recursive: true });
  const pictures = new Map();
  for (const size of PNG_SIZES) {
    pictures.set(size, await drawIcon(SOURCE, size));
    writeFileSync(path.join(folder, `${size}x${size}.png`), pictures.get(size));
  }
  writeFileSync(path.join(folder, 'icon.ico'), icoOf(ICO_SIZES.map((size) => [size, pictures.get(size)])));
  const parts = Object.entries(ICNS_TYPES).map(([type, size]) => [type, pictures.get(size)]);
  writeFileSync(path.join(folder, 'icon.icns'), icnsOf(parts));
}

/** ICO: 6 bytes, then 16 for each picture (side, where 0 says 256; planes and bits; length; place), then the pictures. */
function icoOf(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let place = head.length;
  for (const [i, [size, png]] of pictures.entries()) {
    const at = 6 + 16 * i;
    head[at] = size % 256;
    head[at + 1] = size % 256;
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(place, at + 12);
    place += png.length;
  }
  return Buffer.concat([head, ...pictures.map(([, png]) => png)]);
}

/** ICNS: name and length of the whole, then name, length (with these 8 bytes) and PNG of each picture. */
function icnsOf(pictures) {
  const part = (name, ...content) => {
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32BE(
      content.reduce((sum, one) => sum + one.length, 8),
      4,
    );
    return Buffer.concat([head, ...content]);
  };
  return part('icns', ...pictures.map(([name, png]) => part(name, png)));
}
