/** Images given as transformers' processors of Qwen-VL models give them: pixel_values and image_grid_thw. */
import { z } from 'zod';
import { SophiaError } from '../../../../../shared/errors.ts';
import { firstOf } from '../../../../../shared/values/list.ts';
import type { ImageInput } from '../../family.ts';
import { qwenGrid } from './grid.ts';
import { type PatchSizes, patchDim } from './patch-sizes.ts';

const side = z.int().positive();
const schema = z.object({
  pixel_values: z.array(z.array(z.number())).optional(),
  image_grid_thw: z.array(z.tuple([side, side, side])).optional(),
});

/**
 * The images of an input, null where it has none; `where` names the file.
 * @throws SophiaError 'usage' naming the key that does not fit.
 */
export function givenImages(
  sizes: PatchSizes,
  input: Readonly<Record<string, unknown>>,
  where: string,
): ImageInput[] | null {
  const result = schema.safeParse(input);
  if (!result.success) {
    const issue = firstOf(result.error.issues, 'failed check');
    throw new SophiaError('usage', `${where}: ${issue.path.join('.')}: ${issue.message}.`);
  }
  const { pixel_values: values, image_grid_thw } = result.data;
  if (values === undefined && image_grid_thw === undefined) return null;
  const grids = (image_grid_thw ?? []).map((thw) => qwenGrid(thw, sizes));
  const rows = grids.reduce((sum, grid) => sum + grid.rows, 0);
  const width = patchDim(sizes);
  if (values?.length !== rows || values.some((row) => row.length !== width))
    throw new SophiaError(
      'usage',
      `${where}: pixel_values must be ${rows} rows (from image_grid_thw) of ${width} numbers.`,
    );
  let row = 0;
  return grids.map((grid) => ({
    grid,
    pixelValues: Float32Array.from(values.slice(row, (row += grid.rows)).flat()),
  }));
}
