/**
 * Whether a rater can be trained on this machine at all: what weights, gradients and moments take, before anything is loaded. Activations come on
 * top, so that what is refused here could not have run; what is let through may still be too much.
 */
import { SophiaError } from '../../../shared/errors.ts';
import type { ModelConfig } from '../../model/families/family.ts';
import { familyOf } from '../../model/families/registry.ts';
import type { SavedFormat } from '../../model/folder/model-folder.ts';
import { canPack } from '../../model/network/weights.ts';

/** A weight, its gradient and Adam's two moments, each in float32. */
const TRAINED_BYTES = 16;

/** Bytes that training takes at least: all weights trained (`loraRank` 0), or LoRA's adapters beside weights that rest as they lie on disk. */
export function trainingBytes(config: ModelConfig, format: SavedFormat, loraRank: number): number {
  const { expectedTensors, loraTargets } = familyOf(config);
  return expectedTensors(config).reduce((sum, { name, shape }) => {
    const size = shape.reduce((product, of) => product * of, 1);
    if (loraRank === 0) return sum + size * TRAINED_BYTES;
    const resting = size * (format === 'BF16' && canPack(shape) ? 2 : 4);
    const [out = 0, into = 0] = shape;
    return sum + resting + (loraTargets.test(name) ? (out + into) * loraRank * TRAINED_BYTES : 0);
  }, 0);
}

/** @throws SophiaError 'environment' where this machine cannot hold the training; `available`: bytes that it has left */
export function refuseTooLarge(
  { dir, config, format }: { readonly dir: string; readonly config: ModelConfig; readonly format: SavedFormat },
  loraRank: number,
  available: number = process.availableMemory(),
): void {
  const needed = trainingBytes(config, format, loraRank);
  if (needed <= available) return;
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const withLora = trainingBytes(config, format, 16);
  const what = loraRank === 0 ? 'all weights' : `LoRA of rank ${loraRank}`;
  throw new SophiaError(
    'environment',
    `Training ${what} of ${dir} needs ${gib(needed)} at least, and ${gib(available)} of memory are free.`,
    loraRank === 0 && withLora <= available
      ? `Train adapters alone: --lora-rank 16 needs ${gib(withLora)} and what the activations take.`
      : 'Take a smaller base, or a machine with more memory.',
  );
}
