"""Writes test/fixtures/vl-rewardbench/sample.parquet with pyarrow: the columns and types of the data set MMInstruction/VL-RewardBench,
invented records, pictures of test/fixtures/images. `pip install pyarrow`, then `python3 scripts/make-vl-rewardbench-fixture.py`."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "test/fixtures/images"
OUT = ROOT / "test/fixtures/vl-rewardbench"

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("query", pa.string()),
        ("response", pa.list_(pa.string())),
        ("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        ("human_ranking", pa.list_(pa.int64())),
        ("models", pa.list_(pa.string())),
        ("judge", pa.string()),
        ("rationale", pa.string()),
        ("query_source", pa.string()),
        ("ground_truth", pa.string()),
    ]
)


def record(name, picture, ranking, source, responses=("a long and careful reply", "short"), truth=None):
    return {
        "id": name,
        "query": f"What is in picture {name}?",
        "response": list(responses),
        "image": {"bytes": (IMAGES / picture).read_bytes(), "path": picture},
        "human_ranking": ranking,
        "models": ["model-a", "model-b"],
        "judge": "Overall Judgment: Answer 1 is slightly better.",
        "rationale": None,
        "query_source": source,
        "ground_truth": truth,
    }


RECORDS = [
    record("rlaif-1", "plain.png", [0, 1], "rlaif-v"),
    record("povid-2", "plain.jpg", [1, 0], "povid", truth="7"),
    record("reasoning-3", "exif-6.jpg", [0, 1], "mathverse"),
    record("tied-4", "plain.png", [0, 0], "povid"),
    record("wild-5", "grey.png", [1, 0], "wildvision-battle"),
]

features = {"id": {"dtype": "string", "_type": "Value"}, "image": {"_type": "Image"}}
OUT.mkdir(parents=True, exist_ok=True)
table = pa.Table.from_pylist(RECORDS, SCHEMA.with_metadata({"huggingface": json.dumps({"info": {"features": features}})}))
pq.write_table(table, OUT / "sample.parquet", compression="snappy", row_group_size=2)
