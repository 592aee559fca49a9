"""Makes test/agreement/*.jsonl: what the field's own judges say of answers that people and models write.

    python3 -m venv V && V/bin/pip install math-verify==0.9.0 mathruler==0.1.0 pylatexenc jiwer==4.0.0 rouge_score==0.1.2
    V/bin/python scripts/agreement/make-agreement.py MATH_VERIFY_TESTS MATCHING_UTIL OUR_CASES OUT

MATH_VERIFY_TESTS: the folder tests/ of Math-Verify 0.9.0's source package (MIT). MATCHING_UTIL: vlmeval/utils/matching_util.py of VLMEvalKit (Apache 2.0).
OUR_CASES: test/agreement/cases.json, answers collected by this project with what a person expects of each.
"""
import importlib, inspect, json, os, re, sys, types

tests, matching, ours, out = sys.argv[1:5]
sys.path.insert(0, os.path.dirname(os.path.abspath(tests)))
from jiwer import wer
from math_verify import parse, verify
from mathruler.grader import grade_answer
from rouge_score import rouge_scorer

for name in ("vlmeval", "vlmeval.smp", "vlmeval.smp.log"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["vlmeval.smp.log"].get_logger = lambda *_: types.SimpleNamespace(info=lambda *_: None)
vlm = {}
exec(open(matching, encoding="utf8").read(), vlm)


def bare(text):
    text = text.strip()
    for mark in ("$$", "$"):
        if text.startswith(mark) and text.endswith(mark) and len(text) > 2 * len(mark):
            return text[len(mark) : -len(mark)].strip()
    return text


def attempt(judge):
    try:
        return judge()
    except Exception:
        return None


def math_verify(truth, answer):
    """1 or 0; None where it read no mathematics on either side, which is no verdict on the values."""
    wrapped = lambda text: text if "$" in text or "\\(" in text or "\\[" in text or "boxed" in text else f"${text}$"
    tried = [(parse(wrapped(truth)), parse(wrapped(answer))), (parse(truth), parse(answer))]
    if any(verify(gold, said) for gold, said in tried):
        return 1
    read = lambda found: any(not isinstance(one, str) for one in found)
    return 0 if any(read(gold) and read(said) for gold, said in tried) else None


def math_row(source, truth, answer, expected):
    return {
        "source": source, "truth": truth, "answer": answer, "expected": expected,
        "mathVerify": attempt(lambda: math_verify(truth, answer)),
        "mathruler": attempt(lambda: int(grade_answer(bare(answer), bare(truth)))),
    }


def of_place_alone(function, row):
    """Whether a test looks into formulas only and expects nothing of a value that is right elsewhere: it tests where Math-Verify looks."""
    return row["expected"] == 0 and row["mathVerify"] == 1 and 'match_types=["latex"])' in inspect.getsource(function)


rows = []
for file in sorted(os.listdir(tests)):
    if not re.fullmatch(r"test_\w+\.py", file):
        continue
    module = importlib.import_module(f"tests.{file[:-3]}")
    for name, function in inspect.getmembers(module, inspect.isfunction):
        for mark in getattr(function, "pytestmark", []):
            if mark.name != "parametrize":
                continue
            names = [one.strip() for one in mark.args[0].split(",")] if isinstance(mark.args[0], str) else list(mark.args[0])
            for values in mark.args[1]:
                case = dict(zip(names, values if isinstance(values, (tuple, list)) else [values]))
                if isinstance(case.get("gold"), str) and isinstance(case.get("pred"), str) and case.get("strict", True) and not case.get("allow_set_relation_comp"):
                    expected = int(case.get("expected", case.get("result", 1)))
                    row = math_row(f"Math-Verify {file}:{name}", case["gold"], case["pred"], expected)
                    if not of_place_alone(function, row):
                        rows.append(row)
cases = json.load(open(ours, encoding="utf8"))
rows += [math_row("ours", c["truth"], c["answer"], c["expected"]) for c in cases["numeric"]]
rows += [math_row("kinds", c["truth"], c["answer"], c["expected"]) for c in cases["numeric-kinds"]]


def write(name, rows):
    with open(f"{out}/{name}.jsonl", "w", encoding="utf8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


write("numeric", rows)
letters = {letter: "" for letter in "ABCDE"}
write("choice", [{**c, "vlmevalkit": int(vlm["can_infer_option"](c["answer"], letters) == c["truth"])} for c in cases["choice"]])
write("ocr", [{**c, "jiwer": wer(c["truth"], c["answer"])} for c in cases["ocr"]])
scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
mean = lambda a, b: sum(score.fmeasure for score in scorer.score(a, b).values()) / 3
write("free-form", [{**c, "rougeScore": mean(c["truth"], c["answer"])} for c in cases["free-form"]])
