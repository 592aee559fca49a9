"""TRL's GRPOTrainer with PEFT's LoRA on a checkpoint folder of Qwen2.5-VL and one picture, on the CPU: what ours is measured beside.
Run: python trl_real.py CHECKPOINT PICTURE|none TEXT [--steps 4] [--tokens 64] [--generations 4] [--rank 16] [--checkpointing] [--out FILE]
Every response has exactly so many tokens. Peaks are VmHWM; where the system lets it be reset (Linux) each phase has its own."""
import time; T0 = time.perf_counter()
import argparse, json, os, resource, shutil, tempfile
ap = argparse.ArgumentParser()
ap.add_argument("checkpoint"); ap.add_argument("picture"); ap.add_argument("text")
for name, default in dict(steps=4, tokens=64, generations=4, rank=16, threads=2).items(): ap.add_argument(f"--{name}", type=int, default=default)
ap.add_argument("--checkpointing", action="store_true"); ap.add_argument("--out", default="")
ap.add_argument("--device", default="cpu"); ap.add_argument("--dtype", default="float32")
a = ap.parse_args()
os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", OMP_NUM_THREADS=str(a.threads))
if a.device == "cpu": os.environ["CUDA_VISIBLE_DEVICES"] = ""
import torch, transformers, trl, peft
torch.set_num_threads(a.threads)
from datasets import Dataset, Image as HFImage
from peft import LoraConfig
from PIL import Image
from transformers import AutoProcessor, Qwen2_5_VLForConditionalGeneration
from trl import GRPOConfig, GRPOTrainer

def peak():
    with open("/proc/self/status") as f: return next(int(l.split()[1]) / 1024 for l in f if l.startswith("VmHWM"))
def reset():
    with open("/proc/self/clear_refs", "w") as f: f.write("5")
phases = {}
def phase(name, fn):
    """Runs fn; its seconds and its peak go to the phase's list."""
    reset_ok = os.path.exists("/proc/self/clear_refs")
    outer = peak() if reset_ok else 0
    top["mib"] = max(top["mib"], outer)
    if reset_ok: reset()
    t = time.perf_counter(); result = fn(); seconds = time.perf_counter() - t
    top["mib"] = max(top["mib"], peak()); phases.setdefault(name, []).append(dict(seconds=seconds, mib=peak())); return result
top = dict(mib=0)

tmp = tempfile.mkdtemp(prefix="trlreal")
processor = AutoProcessor.from_pretrained(a.checkpoint)
model = phase("load", lambda: Qwen2_5_VLForConditionalGeneration.from_pretrained(a.checkpoint, dtype=getattr(torch, a.dtype)))
model.generation_config.repetition_penalty = 1.0
rows = 8
if a.picture == "none":
    data = Dataset.from_dict({"prompt": [[{"role": "user", "content": a.text}]] * rows})
else:
    data = Dataset.from_dict({"prompt": [[{"role": "user", "content": a.text}]] * rows, "image": [Image.open(a.picture).convert("RGB")] * rows}).cast_column("image", HFImage())
made = dict(tokens=[], prompt=None)
class Bench(GRPOTrainer):
    def _generate_single_turn(self, *x, **k):
        o = phase("generate", lambda: super(Bench, self)._generate_single_turn(*x, **k))
        made["tokens"].append(sum(map(len, o[0]))); made["prompt"] = len(x[0][0]); return o
    def _generate_and_score_completions(self, *x, **k): return phase("generate and score", lambda: super(Bench, self)._generate_and_score_completions(*x, **k))
    def training_step(self, *x, **k): return phase("step without optimiser", lambda: super(Bench, self).training_step(*x, **k))
class Steps(transformers.TrainerCallback):
    def on_step_begin(self, *_, **k): self.t = time.perf_counter(); self.cpu = time.process_time()
    def on_step_end(self, *_, **k): steps.append(dict(seconds=time.perf_counter() - self.t, cpu=time.process_time() - self.cpu))
steps = []
# LoRA on the decoder's linear layers, as ours.
lora = LoraConfig(r=a.rank, lora_alpha=2 * a.rank, lora_dropout=0.0, target_modules=r".*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)")
args = GRPOConfig(output_dir=tmp, per_device_train_batch_size=a.generations, num_generations=a.generations, max_completion_length=a.tokens, beta=0.04, num_iterations=1, learning_rate=1e-6,
    max_steps=a.steps, logging_steps=1, save_strategy="no", report_to=[], use_cpu=a.device == "cpu", bf16=a.dtype == "bfloat16" and a.device != "cpu", seed=0, disable_tqdm=True,
    gradient_checkpointing=a.checkpointing, generation_kwargs=dict(min_new_tokens=a.tokens, suppress_tokens=[151652, 151653, 151655, 151656]))
trainer = Bench(model=model, reward_funcs=lambda completions, **k: [float(len(str(c)) % 7) for c in completions], args=args, train_dataset=data, processing_class=processor, peft_config=lora, callbacks=[Steps()])
began = time.perf_counter(); trainer.train()
top["mib"] = max(top["mib"], peak())
report = dict(steps=steps, phases=phases, peakMiB=top["mib"], promptTokens=made["prompt"], tokens=made["tokens"], trainable=sum(p.numel() for p in trainer.model.parameters() if p.requires_grad),
    loss_type=args.loss_type, versions=dict(torch=torch.__version__, transformers=transformers.__version__, trl=trl.__version__, peft=peft.__version__))
if torch.cuda.is_available(): report["gpuMiB"] = torch.cuda.max_memory_allocated() / 2**20
print(json.dumps(report))
if a.out: json.dump(report, open(a.out, "w"))
shutil.rmtree(tmp, ignore_errors=True)
