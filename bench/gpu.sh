#!/usr/bin/env bash
# What real widths take on an NVIDIA GPU, in under 8 minutes: bench/gpu.sh. For mini, l1 and l4 (random weights in the released 3B's widths, made
# here): steps with LoRA 16 on a picture of 640x480, 4 responses of 64 tokens, tokens generated per second, memory of the GPU by nvidia-smi; logits of
# l4 with a picture of 1024x768; logits of the GPU beside the CPU's, and the parity tests. Without a GPU it says so and ends well.
set -u
cd "$(dirname "$0")/.." || exit 1
if ! command -v nvidia-smi >/dev/null || ! nvidia-smi -L >/dev/null 2>&1; then
  echo "bench/gpu.sh: no NVIDIA GPU at hand (nvidia-smi finds none); nothing was measured."
  exit 0
fi
END=$((SECONDS + 460)) # seconds that all of it may take
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TF_FORCE_GPU_ALLOW_GROWTH=true # or TensorFlow takes the whole GPU at once and its memory says nothing

left() { echo $((END - SECONDS > 1 ? END - SECONDS : 1)); }
run() { timeout "$(left)" "$@"; }
node=(node scripts/run.mjs)

echo "# $(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader | head -1)"
doctor=$(bin/sophia doctor | grep "NVIDIA GPU")
echo "$doctor"
if [[ $doctor != *ok* ]]; then
  echo "bench/gpu.sh: TensorFlow does not use the GPU; see docs/scale.md, NVIDIA GPUs." >&2
  exit 1
fi

# A photograph-like picture of each size, and a set of one question about it.
run "${node[@]}" bench/real/make-picture.ts 640 480 "$work/small.png"
run "${node[@]}" bench/real/make-picture.ts 1024 768 "$work/large.png"
echo '{"question":"How many bars are red?","answer":"3","image":"small.png"}' >"$work/q.jsonl"
bin/sophia data import "$work/q.jsonl" --name q --home "$work/home" >/dev/null || exit 1

# memory FILE CMD...: runs the command; the largest memory of the GPU meanwhile, in MiB, goes to FILE.
memory() {
  local file=$1 sampler status
  shift
  nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits -lms 200 >"$file.samples" &
  sampler=$!
  "$@"
  status=$?
  kill "$sampler"
  sort -n "$file.samples" | tail -1 >"$file"
  return $status
}

echo "| checkpoint | first step, s | third, s | generation, tokens/s | reference, s | update, s | GPU memory, MiB |"
echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
for size in mini l1 l4; do
  run "${node[@]}" bench/real/make-checkpoint.ts "$size" "$work/$size" >/dev/null || exit 1
  if memory "$work/memory" run "${node[@]}" bench/real/our-steps.ts "$work/home" "$work/$size" --steps 3 --dtype auto --checkpointing >"$work/steps.json"; then
    run "${node[@]}" bench/real/row.ts "$size" "$work/steps.json" "$(cat "$work/memory")"
  else
    echo "| $size | did not end in time or failed | | | | | |"
  fi
done

echo '{"text":"<image>How many bars are red?","images":["large.png"]}' >"$work/large.json"
echo '{"text":"<image>How many bars are red?","images":["small.png"]}' >"$work/small.json"
began=$SECONDS
memory "$work/memory" run bin/sophia model logits "$work/l4" "$work/large.json" "$work/large.safetensors" &&
  echo "logits of l4, 1024x768: $((SECONDS - began)) s with loading, $(cat "$work/memory") MiB of the GPU"
run bin/sophia model logits "$work/mini" "$work/small.json" "$work/gpu.safetensors" &&
  CUDA_VISIBLE_DEVICES="" run bin/sophia model logits "$work/mini" "$work/small.json" "$work/cpu.safetensors" &&
  run "${node[@]}" bench/real/compare-logits.ts "$work/gpu.safetensors" "$work/cpu.safetensors"
run node scripts/test.mjs model/parity | tail -1
echo "took $SECONDS s"
