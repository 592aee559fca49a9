"""Makes test/fixtures/tokenizer-bpe: a small byte-level BPE built like Qwen2.5's (same splitting, NFC, added tokens), and what the
original tokenizers library makes of awkward texts (needs the tokenizers package).

Usage: python scripts/make-tokenizer-fixture.py [FOLDER]
"""
import json
import pathlib
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

root = pathlib.Path(__file__).parent.parent
folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else root / "test/fixtures/tokenizer-bpe")
folder.mkdir(parents=True, exist_ok=True)
SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
ADDED = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
PLAIN = ["<tool_call>", "<think>", "</think>"]  # added, yet shown when special tokens are skipped

tokenizer = Tokenizer(models.BPE(byte_fallback=False))
tokenizer.normalizer = normalizers.NFC()
split = pre_tokenizers.Split(Regex(SPLIT), behavior="isolated", invert=False)
tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
tokenizer.decoder = decoders.ByteLevel()
tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
corpus = [(root / "LICENSE").read_text() if (root / "LICENSE").exists() else "", "The chart shows bars. Let me think: 3 + 4 = 7. It's done.\n" * 9]
corpus += ["图片中有三个红色的圆。 Größe naïve café Привет мир 안녕하세요\n" * 9]
trainer = trainers.BpeTrainer(vocab_size=700, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
tokenizer.train_from_iterator(corpus, trainer)
tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in ADDED])
tokenizer.add_tokens([AddedToken(token, special=False, normalized=False) for token in PLAIN])
tokenizer.save(str(folder / "tokenizer.json"))
config = {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "clean_up_tokenization_spaces": False}
config["added_tokens_decoder"] = {
    str(tokenizer.token_to_id(token)): {"content": token, "special": token in ADDED, "lstrip": False, "rstrip": False, "normalized": False, "single_word": False}
    for token in ADDED + PLAIN
}
(folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")

texts = [
    "", " ", "\n", "  two  spaces ", "tabs\tand\r\nline ends\n\n\nthree", "It's they'LL WE'VE don't", "3.14159 -42 1,000,000 ١٢٣ Ⅷ",
    "<|im_start|>user\n<|vision_start|><|image_pad|><|image_pad|><|vision_end|>How many?<|im_end|>\n<|im_start|>assistant\n",
    "<think>Hmm, let me think.</think><answer>B</answer>", "e\u0301 is é in NFC; ﬁ stays", "图片中有三个红色的圆。", "emoji 👩‍👩‍👧 🇩🇪 \U0001F600",
    "Привет, мир! Größe naïve", "안녕하세요 가각", "\u200bzero\u00a0width\ufeff", "a<|im_end|", "x^2 + \\frac{1}{2} = $y$ & {z}", "שלום مرحبا", "\x00\x01\x7f", "trailing space \n next",
]
cases = []
for text in texts:
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    cases.append(dict(text=text, ids=ids, decoded=tokenizer.decode(ids, skip_special_tokens=False), plain=tokenizer.decode(ids, skip_special_tokens=True)))
# Cut inside a character: its bytes become the replacement character.
ids = tokenizer.encode("圆👩", add_special_tokens=False).ids
cases.append(dict(text=None, ids=ids[:-1], decoded=tokenizer.decode(ids[:-1], skip_special_tokens=False), plain=tokenizer.decode(ids[:-1])))
(folder / "expected.json").write_text(json.dumps(cases, indent=1) + "\n")
