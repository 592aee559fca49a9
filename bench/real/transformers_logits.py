"""Logits of a Qwen2.5-VL folder by transformers on the CPU, beside ours: `python transformers_logits.py CHECKPOINT PICTURE TEXT [--ours FILE]`.
Prints JSON: the process's peak of memory, seconds, and where FILE (of `model logits`) is given how far its logits are from these."""
import argparse, json, os, time
ap = argparse.ArgumentParser()
ap.add_argument("checkpoint"); ap.add_argument("picture"); ap.add_argument("text")
ap.add_argument("--ours", default=""); ap.add_argument("--dtype", default="float32"); ap.add_argument("--threads", type=int, default=2)
a = ap.parse_args()
os.environ.update(HF_HUB_OFFLINE="1", CUDA_VISIBLE_DEVICES="", OMP_NUM_THREADS=str(a.threads))
import torch
from PIL import Image
from transformers import AutoProcessor, Qwen2_5_VLForConditionalGeneration
torch.set_num_threads(a.threads)
processor = AutoProcessor.from_pretrained(a.checkpoint)
model = Qwen2_5_VLForConditionalGeneration.from_pretrained(a.checkpoint, dtype=getattr(torch, a.dtype))
text = a.text.replace("<image>", "<|vision_start|><|image_pad|><|vision_end|>")
inputs = processor(text=[text], images=[Image.open(a.picture).convert("RGB")], return_tensors="pt")
began = time.perf_counter()
with torch.no_grad(): logits = model(**inputs).logits
seconds = time.perf_counter() - began
with open("/proc/self/status") as f: peak = next(int(l.split()[1]) / 1024 for l in f if l.startswith("VmHWM"))
report = dict(shape=list(logits.shape), seconds=seconds, cpu=time.process_time(), peakMiB=peak, dtype=a.dtype)
if a.ours:
    from safetensors import safe_open
    with safe_open(a.ours, "pt") as f:
        assert f.get_tensor("input_ids").tolist() == inputs["input_ids"].tolist(), "other ids"
        report["furthest"] = (f.get_tensor("logits") - logits.float()).abs().max().item()
    report["largest"] = logits.abs().max().item()
print(json.dumps(report))
