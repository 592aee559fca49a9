#!/usr/bin/env bash
# What real widths take on an NVIDIA GPU, in under 8 minutes: bench/gpu.sh [--rehearse] [SIZE...]. For mini, l1 and l4 (random weights in the released
# 3B's widths, made here; --sizes of make-checkpoint.ts): steps with LoRA 16 on a picture of 640x480, 4 responses of 64 tokens, tokens generated per
# second, memory of the GPU by nvidia-smi; logits of the largest with a picture of 1024x768; logits of the GPU beside the CPU's, and the parity tests.
# Without a GPU it says so and ends well. --rehearse goes on where TensorFlow does not use the GPU: the same way, measured on the CPU.
# SOPHIA_GPU_SECONDS (460) is what all of it may take.
set -u
cd "$(dirname "$0")/.." || exit 1
rehearse=no
if [[ ${1-} == --rehearse ]]; then
  rehearse=yes
  shift
fi
sizes=("$@")
[[ ${#sizes[@]} -gt 0 ]] || sizes=(mini l1 l4)
smallest=${sizes[0]} largest=${sizes[${#sizes[@]} - 1]}
if ! command -v nvidia-smi >/dev/null || ! nvidia-smi -L >/dev/null 2>&1; then
  echo "bench/gpu.sh: no NVIDIA GPU at hand (nvidia-smi finds none); nothing was measured."
  exit 0
fi
limit=${SOPHIA_GPU_SECONDS:-460}
END=$((SECONDS + limit))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TF_FORCE_GPU_ALLOW_GROWTH=true # or TensorFlow takes the whole GPU at once and its memory says nothing

left() { echo $((END - SECONDS > 1 ? END - SECONDS : 1)); }
over() { ((SECONDS >= END)); }
run() { timeout --kill-after=5 "$(left)" "$@"; }
node=(node scripts/run.mjs)

echo "# $(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader | head -1)"
doctor=$(bin/sophia doctor | grep "NVIDIA GPU")
echo "$doctor"
if [[ $doctor != *" ok "* ]]; then
  if [[ $rehearse == no ]]; then
    echo "bench/gpu.sh: TensorFlow does not use the GPU; see docs/scale.md, NVIDIA GPUs." >&2
    exit 1
  fi
  echo "A rehearsal: TensorFlow does not use the GPU, all that follows was measured on the CPU."
fi

# A photograph-like picture of each size, and a set of one question about it.
run "${node[@]}" bench/real/make-picture.ts 640 480 "$work/small.png"
run "${node[@]}" bench/real/make-picture.ts 1024 768 "$work/large.png"
echo '{"question":"How many bars are red?","answer":"3","image":"small.png"}' >"$work/q.jsonl"
run bin/sophia data import "$work/q.jsonl" --name q --home "$work/home" >/dev/null || exit 1

# memory FILE CMD...: runs the command; the largest memory of the GPU meanwhile, in MiB, goes to FILE.
memory() {
  local file=$1 sampler status
  shift
  nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits -lms 200 >"$file.samples" &
  sampler=$!
  "$@"
  status=$?
  kill "$sampler" 2>/dev/null
  wait "$sampler" 2>/dev/null
  sort -n "$file.samples" | tail -1 >"$file"
  return $status
}

echo "| checkpoint | first step, s | third, s | generation, tokens/s | reference, s | update, s | GPU memory, MiB |"
echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
for size in "${sizes[@]}"; do
  if run "${node[@]}" bench/real/make-checkpoint.ts "$size" "$work/$size" >/dev/null &&
    memory "$work/memory" run "${node[@]}" bench/real/our-steps.ts "$work/home" "$work/$size" --steps 3 --dtype auto --checkpointing >"$work/steps.json"; then
    run "${node[@]}" bench/real/row.ts "$size" "$work/steps.json" "$(cat "$work/memory")"
  else
    echo "| $size | did not end in time or failed | | | | | |"
  fi
done

# part NAME CMD...: runs a part that is left; where time is up or it fails, the table goes without it.
part() {
  local name=$1
  shift
  if over; then
    echo "$name: no time left"
    return 1
  fi
  "$@" || {
    echo "$name: did not end in time or failed"
    return 1
  }
}

echo '{"text":"<image>How many bars are red?","images":["large.png"]}' >"$work/large.json"
echo '{"text":"<image>How many bars are red?","images":["small.png"]}' >"$work/small.json"
began=$SECONDS
part "logits of $largest" memory "$work/memory" run bin/sophia model logits "$work/$largest" "$work/large.json" "$work/large.safetensors" &&
  echo "logits of $largest, 1024x768: $((SECONDS - began)) s with loading, $(cat "$work/memory") MiB of the GPU"
# TF32, which cuBLAS takes by itself, has ten bits of mantissa: off, as what is compared is float32.
export NVIDIA_TF32_OVERRIDE=0
part "logits of $smallest" run bin/sophia model logits "$work/$smallest" "$work/small.json" "$work/gpu.safetensors" &&
  CUDA_VISIBLE_DEVICES="" part "logits of $smallest on the CPU" run bin/sophia model logits "$work/$smallest" "$work/small.json" "$work/cpu.safetensors" &&
  run "${node[@]}" bench/real/compare-logits.ts "$work/gpu.safetensors" "$work/cpu.safetensors"
part "parity" run node scripts/test.mjs model/parity >"$work/parity.txt"
parity=$?
grep -E "^[0-9]+ passed|^parity: " "$work/parity.txt"
echo "took $SECONDS s"
exit $parity
