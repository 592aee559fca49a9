"""Makes a parity fixture: a tiny random Qwen2.5-VL and what transformers computes for it (float32, eager attention).

Usage: python scripts/make-fixture.py FOLDER --variant b|c|d [--seed 0]     (needs torch, torchvision, transformers, pillow)
Then:  npm run parity -- FOLDER
Variants: b: 3 layers, tied weights, window 112, two images in one prompt. c: left-padded batch of two rows with images of different
sizes, rope theta 10000. d: as transformers' own save_pretrained writes it, in bfloat16 and several shards, other patch and merge sizes.
"""
import argparse
import copy
import json
import math
import pathlib

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import AutoImageProcessor, Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

VARIANTS = {
    "b": dict(layers=3, tie=True, theta=1e6, mrope=[2, 3, 3], window=112, full=[0], patch=14, merge=2),
    "c": dict(layers=2, tie=False, theta=1e4, mrope=[4, 2, 2], window=56, full=[1], patch=14, merge=2),
    "d": dict(layers=2, tie=True, theta=1e6, mrope=[2, 3, 3], window=56, full=[1], patch=7, merge=2, saved=True),
}
START, END, IMAGE, VIDEO, BOS, PAD, EOS, VOCAB = 503, 504, 505, 506, 509, 510, 511, 512
NEW_TOKENS = 8


def build(v, seed):
    torch.manual_seed(seed)
    config = Qwen2_5_VLConfig(
        text_config=dict(
            vocab_size=VOCAB, hidden_size=64, intermediate_size=128, num_hidden_layers=v["layers"], num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=512, rms_norm_eps=1e-6, bos_token_id=BOS, pad_token_id=PAD, eos_token_id=EOS,
            rope_parameters=dict(rope_type="default", rope_theta=v["theta"], mrope_section=v["mrope"]), use_sliding_window=False,
        ),
        vision_config=dict(
            depth=2, hidden_size=32, out_hidden_size=64, intermediate_size=48, num_heads=2, patch_size=v["patch"], tokens_per_second=2,
            spatial_merge_size=v["merge"], temporal_patch_size=2, window_size=v["window"], fullatt_block_indexes=v["full"], hidden_act="silu",
        ),
        image_token_id=IMAGE, video_token_id=VIDEO, vision_start_token_id=START, vision_end_token_id=END, tie_word_embeddings=v["tie"],
    )
    config._attn_implementation = "eager"
    model = Qwen2_5_VLForConditionalGeneration(config).float().eval()
    with torch.no_grad():
        for name, p in model.named_parameters():
            spread = 0.1 if "norm" in name or "ln_q" in name else 0.3 if "embed_tokens" in name or p.dim() == 1 else 1.2 / math.sqrt(p[0].numel())
            p.copy_(torch.randn_like(p) * spread + (1 if "norm" in name or "ln_q" in name else 0))
            if v.get("saved"):
                p.copy_(p.bfloat16().float())
    return model


def released(name):
    return name.replace("model.language_model.", "model.").replace("model.visual.", "visual.")


def picture(rng, height, width):
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([128 + 100 * np.sin(x / 9), 128 + 100 * np.cos(y / 7), (x * 3 + y * 2) % 256], -1)
    return Image.fromarray(np.clip(waves + rng.normal(0, 20, waves.shape), 0, 255).astype("uint8"))


def run(model, name, rows, grids, pixel_names, tensors):
    """One case: rows of ids (left-padded here), the images' grids and pixel tensors; fills `tensors`, returns the JSON part."""
    longest = max(map(len, rows))
    ids = torch.tensor([[PAD] * (longest - len(r)) + r for r in rows])
    mask = torch.tensor([[0] * (longest - len(r)) + [1] * len(r) for r in rows])
    inputs = dict(input_ids=ids, attention_mask=mask)
    if grids:
        inputs["pixel_values"] = torch.cat([tensors[p] for p in pixel_names])
        inputs["image_grid_thw"] = torch.tensor(grids)
        inputs["mm_token_type_ids"] = (ids == IMAGE).int()
    positions, deltas = model.model.get_rope_index(
        ids, **({k: inputs[k] for k in ("image_grid_thw", "mm_token_type_ids")} if grids else {"mm_token_type_ids": torch.zeros_like(ids)}), attention_mask=mask
    )
    out = model.model(**inputs, position_ids=positions, use_cache=False)
    hidden = out.last_hidden_state
    logits = model.lm_head(hidden)
    case = dict(input_ids=ids.tolist(), attention_mask=mask.tolist(), position_ids=positions.tolist(), rope_deltas=deltas.tolist())
    tensors[f"{name}.logits"], tensors[f"{name}.last_hidden_normed"] = logits.detach(), hidden.detach()
    if grids:
        case |= dict(image_grid_thw=grids, pixel_values=pixel_names)
        embeds = model.model.get_image_features(inputs["pixel_values"], inputs["image_grid_thw"])
        embeds = getattr(embeds, "pooler_output", embeds)
        tensors[f"{name}.image_embeds"] = torch.cat(list(embeds)).detach()
        if hasattr(model.model.visual, "get_window_index"):
            index, lengths = model.model.visual.get_window_index(inputs["image_grid_thw"])
        else:
            from transformers.vision_utils import get_vision_window_index as window

            c = model.config.vision_config
            index, lengths = window(inputs["image_grid_thw"], c.spatial_merge_size, c.window_size, c.patch_size)
        case["window_index"] = index.tolist()
        case["cu_window_seqlens"] = torch.unique_consecutive(torch.as_tensor(lengths)).tolist()
    labels = ids.masked_fill((ids == IMAGE) | (mask == 0), -100)
    loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)
    model.zero_grad()
    loss.backward()
    case["loss_ce_mean"] = loss.item()
    case["grad_l2"] = {}
    for key, p in model.named_parameters():
        if p.grad is None:
            continue
        case["grad_l2"][released(key)] = p.grad.norm().item()
        tensors[f"{name}.grad.{released(key)}"] = p.grad.clone()
    with torch.no_grad():
        greedy = model.generate(**inputs, do_sample=False, max_new_tokens=NEW_TOKENS, min_new_tokens=NEW_TOKENS, eos_token_id=None,
                                output_logits=True, return_dict_in_generate=True)
    steps = torch.stack(greedy.logits, 1).float()
    case["greedy_tokens"] = steps.argmax(-1).tolist()
    top = steps.topk(2, -1).values
    case["min_top2_margin"] = (top[..., 0] - top[..., 1]).min().item()
    tensors[f"{name}.greedy_logprobs"] = steps.log_softmax(-1).amax(-1)
    return case


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--variant", choices=VARIANTS, required=True)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    v, folder = VARIANTS[args.variant], args.folder
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(args.seed)
    model = build(v, args.seed)
    model.generation_config.eos_token_id, model.generation_config.pad_token_id = EOS, PAD
    if v.get("saved"):
        copy.deepcopy(model).to(torch.bfloat16).save_pretrained(folder, max_shard_size="100KB")
    else:
        model.config.save_pretrained(folder)
        model.generation_config.save_pretrained(folder)
        weights = {released(k): t.clone() for k, t in model.state_dict().items() if not (v["tie"] and k == "lm_head.weight")}
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})

    side = v["patch"] * v["merge"]
    settings = dict(size=dict(shortest_edge=4 * side * side, longest_edge=1280 * side * side), patch_size=v["patch"], merge_size=v["merge"], temporal_patch_size=2)
    from transformers import Qwen2VLImageProcessor
    processor = Qwen2VLImageProcessor(**settings)
    processor.save_pretrained(folder)
    tensors, images = {}, {}
    for i, (height, width) in enumerate([(2 * side, 3 * side), (5 * side, 4 * side), (2 * side - 5, 4 * side + 9)]):
        image = picture(rng, height, width)
        image.save(folder / f"image{i}.png")
        made = processor(images=[image], return_tensors="pt")
        tensors[f"image{i}.pixel_values"] = made["pixel_values"].float()
        images[f"image{i}"] = dict(file=f"image{i}.png", height=height, width=width, grid_thw=made["image_grid_thw"].tolist())
    source = picture(rng, 50, 75)
    source.save(folder / "resize_in.png")
    size = smart_resize(50, 75, side, settings["size"]["shortest_edge"], settings["size"]["longest_edge"])
    source.resize(size[::-1], Image.Resampling.BICUBIC).save(folder / "resize_out_pil_bicubic.png")
    images["resize"] = dict(file="resize_in.png", height=50, width=75, out_height=size[0], out_width=size[1], out="resize_out_pil_bicubic.png")

    def text(count):
        return rng.integers(0, 500, count).tolist()

    def places(i):
        t, h, w = images[f"image{i}"]["grid_thw"][0]
        return [START] + [IMAGE] * (t * h * w // v["merge"] ** 2) + [END]

    grid = lambda *which: [images[f"image{i}"]["grid_thw"][0] for i in which]
    pixel = lambda *which: [f"image{i}.pixel_values" for i in which]
    cases = {
        "text": run(model, "text", [text(12)], [], [], tensors),
        "image": run(model, "image", [text(5) + places(0) + text(7)], grid(0), pixel(0), tensors),
        "two_images": run(model, "two_images", [text(3) + places(1) + text(4) + places(0) + text(6)], grid(1, 0), pixel(1, 0), tensors),
        "batch": run(model, "batch", [text(4) + places(0) + text(3), text(2) + places(2) + text(9)], grid(0, 2), pixel(0, 2), tensors),
        "text_batch": run(model, "text_batch", [text(5), text(11)], [], [], tensors),
    }
    table = []
    for h, w in [(20, 30), (56, 84), (100, 61), (42, 70), (14, 2000), (1080, 1920), (2161, 3999), (1, 100)]:
        table.append(dict(h=h, w=w, min_pixels=3136, max_pixels=1003520, out=list(smart_resize(h, w, 28, 3136, 1003520))))
    expected = dict(variant=v | dict(name=f"qwen25vl-{args.variant}", seed=args.seed, full_grads=True), cases=cases, images=images, smart_resize=table)
    (folder / "expected.json").write_text(json.dumps(expected, indent=1))
    save_file({k: t.contiguous() for k, t in tensors.items()}, folder / "expected.safetensors")


main()
