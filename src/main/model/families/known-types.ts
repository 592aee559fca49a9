/** What models of other architectures are, so that an error can say so. */

/** Architectures that people have beside those that are read, by config.json's model_type. */
const KNOWN_TYPES: Readonly<Record<string, string>> = {
  qwen2: 'a Qwen2 or Qwen2.5 language model, which sees no pictures',
  qwen3: 'a Qwen3 language model, which sees no pictures',
  llama: 'a Llama language model, which sees no pictures',
  mistral: 'a Mistral language model, which sees no pictures',
  qwen2_vl: 'a Qwen2-VL model, the version before Qwen2.5-VL',
  qwen2_5_omni: 'a Qwen2.5-Omni model',
  qwen3_vl_moe: 'a Qwen3-VL model with experts',
  internvl_chat: 'an InternVL model with code of its own',
  internvl: 'an InternVL model',
  llava: 'a LLaVA model',
  llava_next: 'a LLaVA-NeXT model',
  llava_onevision: 'a LLaVA-OneVision model',
  gemma3: 'a Gemma 3 model',
  mllama: 'a Llama 3.2 Vision model',
  idefics3: 'an Idefics3 or SmolVLM model',
  smolvlm: 'a SmolVLM model',
  phi3_v: 'a Phi-3 Vision model',
  paligemma: 'a PaliGemma model',
  clip: 'a CLIP model, which writes no text',
};

/** What a model of this type is, for people; null where the name is all that is known. */
export const knownType = (modelType: string): string | null => KNOWN_TYPES[modelType] ?? null;
