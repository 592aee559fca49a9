/**
 * VLRewardBench in a home, by name: `data import --benchmark vl-rewardbench` keeps the file with its pictures, `trm validate --file NAME` reads it.
 * It compares raters by pairs that people ranked, so it is no data set: no policy is asked its questions.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { VL_REWARDBENCH } from '../../shared/benchmarks/published.ts';
import { SophiaError } from '../../shared/errors.ts';
import { atomicFolder, writeSynced } from '../model/io/atomic-write.ts';
import { jsonOf } from '../model/io/json-file.ts';
import { entryOf, inside } from '../model/io/path-names.ts';
import { isDatasetName } from '../tasks/import/dataset-folder.ts';
import { type RewardBench, readRewardBench } from './vl-rewardbench.ts';

const manifestSchema = z.object({
  file: z.string(), // within the folder
  records: z.int().min(1), // of two responses each, as a rule
  problems: z.int().min(0),
  source: z.string(),
  importedAt: z.string(),
});
/** What a home knows of a set of ranked pairs. */
export type PairSet = z.infer<typeof manifestSchema> & { readonly name: string };

const setsFolder = (home: string): string => join(home, 'pair-sets');

/**
 * Keeps a file of VLRewardBench and the pictures that it names, replacing an older import of that name; every picture is read once.
 * @throws SophiaError where no record can be used, or a picture cannot
 */
export async function storePairSet(
  home: string,
  file: string,
  { name, images = dirname(file) }: { readonly name: string; readonly images?: string | undefined },
): Promise<{ readonly set: PairSet; readonly problems: RewardBench['problems'] }> {
  if (!isDatasetName(name))
    throw new SophiaError(
      'usage',
      `"${name}" cannot name a data set.`,
      'Use letters, digits, dots and dashes (--name).',
    );
  const { groups, problems, outside, loadImage } = await readRewardBench(file, images);
  for (const { question } of groups) if (question.image !== null) loadImage(question);
  const kept = `pairs${/\.parquet$/i.test(file) ? '.parquet' : '.jsonl'}`;
  const manifest = {
    file: kept,
    records: groups.length,
    problems: problems.length,
    source: resolve(file),
    importedAt: new Date().toISOString(),
  };
  mkdirSync(setsFolder(home), { recursive: true });
  atomicFolder(inside(setsFolder(home), name), (to) => {
    copyFileSync(file, entryOf(to, kept));
    for (const path of outside) {
      const copy = inside(join(to, 'images'), path);
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(inside(images, path), copy);
    }
    writeSynced(join(to, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  });
  return { set: { ...manifest, name }, problems };
}

/** The sets of a home, by name. */
export function listPairSets(home: string): PairSet[] {
  if (!existsSync(setsFolder(home))) return [];
  return readdirSync(setsFolder(home))
    .filter(isDatasetName)
    .flatMap((name) => pairSet(home, name) ?? [])
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function pairSet(home: string, name: string): PairSet | null {
  const manifest = manifestSchema.safeParse(jsonOf(entryOf(inside(setsFolder(home), name), 'manifest.json'))).data;
  return manifest === undefined ? null : { ...manifest, name };
}

/** The file and the folder of pictures that a name or a path stands for: a file where there is one, else an imported set. */
export function pairFile(
  home: string,
  given: string,
  images: string | undefined,
): { file: string; images: string | null } {
  if (extname(given) === '' && statSync(given, { throwIfNoEntry: false })?.isFile() !== true) {
    const set = isDatasetName(given) ? pairSet(home, given) : null;
    if (set === null) {
      const known = listPairSets(home).map(({ name }) => name);
      throw new SophiaError(
        'usage',
        `${given} is neither a file nor an imported set of ranked pairs.`,
        `Import one with \`sophia data import --benchmark ${VL_REWARDBENCH} FILE\`; there ${known.length === 0 ? 'is none' : `are: ${known.join(', ')}`}.`,
      );
    }
    const folder = inside(setsFolder(home), given);
    return { file: entryOf(folder, set.file), images: join(folder, 'images') };
  }
  return { file: given, images: images ?? null };
}
