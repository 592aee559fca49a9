"""TRL's GRPOTrainer with the program's rewards and advantages. It overrides private methods: the version is pinned."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from accelerate.utils import broadcast_object_list, gather_object
from trl import GRPOTrainer

from .rater import Rater
from .rules import Rules, number

Groups = list[dict[str, Any]]


class TrustGRPOTrainer(GRPOTrainer):
    """Weighs the gathered responses of a step by the rules; every process takes its share of the advantages.

    `on_step` is called once a step's updates are done; `rate` gives the learning rate of the last update.
    """

    def __init__(
        self,
        *args: Any,
        rules: Rules,
        rater: Rater | None,
        on_step: Callable[[TrustGRPOTrainer], None],
        rate: Callable[[], float],
        **more: Any,
    ) -> None:
        super().__init__(*args, reward_funcs=_rewarded_by_the_rules, **more)
        self.rules, self.rater, self.on_step, self._rate = rules, rater, on_step, rate
        self.updates: list[dict[str, Any]] = []
        self.seconds: dict[str, float] = {}
        self.groups: Groups = []
        self.ratings: list[dict[str, Any]] = []
        self.began = time.perf_counter()
        self._advantages: list[float] = []

    @property
    def step(self) -> int:
        """The step that is under way, from 1: TRL counts optimizer updates."""
        return self.state.global_step // self.num_iterations + 1

    def _generate(self, prompts: list[Any]) -> Any:
        self.began = began = time.perf_counter()
        self.updates = []
        result = super()._generate(prompts)
        self.seconds = {"generate": time.perf_counter() - began}
        self._prompt_ids = result[0]
        return result

    def _calculate_rewards(
        self, inputs: list[Any], prompts: list[Any], completions: list[Any], completion_ids_list: list[list[int]]
    ) -> torch.Tensor:
        began = time.perf_counter()
        ends = {*self.eos_token_ids, self._tokenizer.pad_token_id}
        responses = gather_object(
            [
                {
                    "question": row["question"],
                    "prompt": self._tokenizer.decode(prompt, skip_special_tokens=True),
                    "text": self._tokenizer.decode(ids, skip_special_tokens=True),
                    "tokens": len(ids),
                    "truncated": ids[-1] not in ends,
                }
                for row, prompt, ids in zip(inputs, self._prompt_ids, completion_ids_list, strict=True)
            ]
        )
        weighed: list[Any] = [None]
        if self.accelerator.is_main_process:
            self.groups = groups_of(responses, self.num_generations)
            judged = self.rules.ask("judge", step=self.step, groups=self.groups)
            if judged["asked"] is None:
                self.ratings = judged["ratings"]
            else:
                assert self.rater is not None
                self.ratings = self.rater.rate(judged["asked"])
            weighed = [self.rules.ask("weigh", step=self.step, groups=self.groups, ratings=self.ratings)]
        broadcast_object_list(weighed)
        self._advantages = weighed[0]["advantages"]
        rewards = [[torch.nan if reward is None else reward] for reward in weighed[0]["rewards"]]
        self.seconds["thinking"] = time.perf_counter() - began
        return torch.tensor(rewards, dtype=torch.float32, device=self.accelerator.device)

    def _tokenize_prompts(self, prompts: list[Any]) -> Any:
        """No pictures are an empty list where others of the batch have some: transformers' processors take no None."""
        ids, images, fields = super()._tokenize_prompts(prompts)
        return ids, images if images is None else [row or [] for row in images], fields

    def _generate_and_score_completions(self, inputs: list[Any]) -> dict[str, Any]:
        output = super()._generate_and_score_completions(inputs)
        start = self.accelerator.process_index * len(inputs)
        own = self._advantages[start : start + len(inputs)]
        output["advantages"] = torch.tensor(own, dtype=torch.float32, device=self.accelerator.device)
        return output

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Takes the figures of an update; TRL logs after each."""
        super().log(logs, start_time)
        if "loss" not in logs or self.state.global_step == 0:
            return
        low, high = logs.get("clip_ratio/low_mean"), logs.get("clip_ratio/high_mean")
        if low is None and high is None:
            low, high = 0.0, logs.get("cispo_clip_ratio")
        figures = {
            "loss": logs["loss"],
            "policyLoss": logs.get("policy_loss"),
            "kl": logs.get("kl"),
            "entropy": logs.get("entropy"),
            "clipShareLow": low,
            "clipShareHigh": high,
            "gradNorm": logs.get("grad_norm"),
            "learningRate": self._rate(),
        }
        self.updates.append({name: number(torch.nan if value is None else value) for name, value in figures.items()})
        if self.state.global_step % self.num_iterations == 0:
            self.seconds["update"] = time.perf_counter() - self.began - sum(self.seconds.values())
            self.on_step(self)


def groups_of(responses: list[dict[str, Any]], size: int) -> Groups:
    """Responses in order as groups of one question each."""
    groups = []
    for start in range(0, len(responses), size):
        part = responses[start : start + size]
        if len({response["question"] for response in part}) != 1:
            raise ValueError("A group holds responses to several questions")
        own = [{name: response[name] for name in ("text", "tokens", "truncated")} for response in part]
        groups.append({"question": part[0]["question"], "prompt": part[0]["prompt"], "responses": own})
    return groups


def _rewarded_by_the_rules(**_: Any) -> list[float]:
    raise AssertionError("rewards come from the rules")
