/**
 * What a folder is that is not a model folder as it is read here: an adapter without its base, a quantised checkpoint, weights in another
 * container, another architecture, a folder without tokenizer. Said in one line with what to do, before anything is loaded.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { jsonOf } from '../io/json-file.ts';

/** What a folder is, in words that follow its name, and what to do. */
export interface ForeignFolder {
  readonly what: string;
  readonly fix: string;
}

const QUANTISED: Readonly<Record<string, string>> = {
  fp8: '8-bit floats (fp8)',
  awq: '4-bit AWQ',
  gptq: '4-bit GPTQ',
  bitsandbytes: 'bitsandbytes',
  'compressed-tensors': 'compressed-tensors',
  gguf: 'GGUF',
};

/** What the folder is that cannot be read as a model, null where nothing speaks against it. Reads names and small files only. */
export function foreignFolder(dir: string): ForeignFolder | null {
  if (statSync(dir, { throwIfNoEntry: false })?.isFile()) return foreignFile(dir);
  const names = existsSync(dir) ? readdirSync(dir) : [];
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (!names.includes('config.json')) {
    if (names.includes('adapter_config.json')) return adapter(dir);
    if (has(/\.gguf$/i)) return GGUF;
    return null;
  }
  const config = jsonOf(join(dir, 'config.json')) as Config | undefined;
  const quantised = config?.quantization_config?.quant_method;
  if (typeof quantised === 'string')
    return {
      what: `holds weights quantised to ${QUANTISED[quantised.toLowerCase()] ?? quantised}, which cannot be trained`,
      fix: 'Take the checkpoint that it was made of (bfloat16, float16 or float32).',
    };
  if (!has(/\.safetensors$/i)) {
    if (has(/^pytorch_model.*\.bin$|\.(?:pt|pth|ckpt)$/i))
      return {
        what: 'holds its weights as PyTorch pickles (.bin), which are not opened: they can run code',
        fix: 'Save them as safetensors: AutoModel.from_pretrained(DIR).save_pretrained(OUT).',
      };
    if (has(/\.gguf$/i)) return GGUF;
  }
  return null;
}

/** What speaks against a folder that can be read, beside its weights: no tokenizer. */
export function missingTokenizer(dir: string): ForeignFolder | null {
  const has = (name: string) => existsSync(join(dir, name));
  if (has('tokenizer.json') && has('tokenizer_config.json')) return null;
  if (has('vocab.json') && has('merges.txt') && has('tokenizer_config.json'))
    return {
      what: 'has only the slow form of its tokenizer (vocab.json, merges.txt)',
      fix: 'Write tokenizer.json: AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR).',
    };
  return {
    what: 'has no tokenizer (tokenizer.json and tokenizer_config.json)',
    fix: 'Copy both files from the model that it was made of.',
  };
}

/** Throws where a folder is something else than a model. */
export function refuseForeign(dir: string): void {
  const foreign = foreignFolder(dir);
  if (foreign !== null) throw new SophiaError('data', `${dir} ${foreign.what}.`, foreign.fix);
}

interface Config {
  readonly quantization_config?: { readonly quant_method?: unknown } | null;
}

const GGUF: ForeignFolder = {
  what: "holds GGUF files, llama.cpp's form of quantised weights, which cannot be trained",
  fix: 'Take the safetensors checkpoint that they were made of.',
};

function foreignFile(path: string): ForeignFolder | null {
  if (/\.gguf$/i.test(path)) return { ...GGUF, what: GGUF.what.replace('holds GGUF files', 'is a GGUF file') };
  return { what: 'is a file, not a model folder', fix: 'Give the folder that holds config.json and the weights.' };
}

function adapter(dir: string): ForeignFolder {
  const config = jsonOf(join(dir, 'adapter_config.json')) as
    | { base_model_name_or_path?: unknown; peft_type?: unknown }
    | undefined;
  const base = typeof config?.base_model_name_or_path === 'string' ? config.base_model_name_or_path : 'its base model';
  const kind = typeof config?.peft_type === 'string' ? config.peft_type : 'PEFT';
  return {
    what: `is an adapter alone (PEFT, ${kind}), trained on ${base}`,
    fix: 'Join both into a model: bin/sophia model import DIR --base BASE_FOLDER.',
  };
}
