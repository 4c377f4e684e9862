"""Every mistake ends with one line that says rule, value and remedy, and exit code 2."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "data" / "breast_cancer.csv"
FILES = {
    "good.csv": "a,b,class\n1,2.5,x\n3,4.5,y\n5,1.5,x\n6,2.5,y\n",
    "empty.csv": "",
    "header.csv": "a,b\n",
    "one.csv": "a,b\n1,2\n",
    "gaps.csv": "a,b\n1,2\n,4\n5,inf\n",
    "mixed.csv": "a,b\n1,2\nx,4\n3,6\n",
    "twice.csv": "a,b,a\n1,2,3\n4,5,6\n",
    "ragged.csv": "a,b\n1,2\n3,4,5\n",
    "odd.csv": "a,other\n1,2\n3,4\n",
    "numbers.csv": "a,b\n1,2\n3,4\n",
    "same.csv": "a,b\n1,2\n1,2\n",
    "foreign.tabgan": "PK\x03\x04 something else",
    "bad.toml": "iterations = = 3",
    "odd.toml": "iterationz = 3\n",
    "cut.toml": "iterations = 2.9\n",
    "true.toml": "iterations = true\n",
    "folder/x": "",
    "people.csv": "id,mixed,day\n" + "".join(f"p{i},{i},2024-01-31\n" for i in range(29)) + "p29,soft,2024-02-30\n",
    "many.csv": "word,n\n" + "".join(f"w{i % 10_000},1\n" for i in range(10_001)),
    "odd.json": '{"columns": [{"name": "mixed", "kind": "number"}]}',
}
CASES = {
    "fit none.csv": "cannot read none.csv: No such file or directory; check its name and place",
    "fit empty.csv": "empty.csv is empty; name a file with data",
    "fit header.csv": "needs rows, but header.csv has only a header",
    "fit one.csv": "the training table must have at least 2 rows, but has n_samples = 1; collect more",
    "fit gaps.csv": "column 'b' must hold finite values, but 1 are infinite (inf), the first in row 3; drop the row",
    "fit people.csv": "column 'id' has 30 distinct texts in as many rows, such as 'p0'; leave it out with --drop id, "
    "or let new rows have new ones with --id id (",
    "fit people.csv --drop id": "numbers ('0' in row 1) and text ('soft' in row 30); mend these values, or",
    "fit people.csv --drop 1,mixed --datetime day": "dates in one form, but has '2024-02-30' in row 30; mend it, or",
    "fit people.csv --drop id --integer mixed": "column 'mixed' must hold numbers, but has 'soft' in row 30",
    "fit people.csv --drop size": "--drop names a column 'size' that is not in the table; its columns are id, mixed",
    "fit people.csv --drop id --categorical 1": "--categorical names column 'id', which is left out",
    "fit people.csv --cols 2- --integer id": "--integer names column 'id', which is left out",
    "fit people.csv --integer 2 --categorical mixed": "but 'mixed' is in --categorical and --integer; choose one",
    "fit people.csv --drop 1-": "no column is left to learn",
    "fit people.csv --schema none.json": "cannot read none.json: No such file or directory",
    "fit people.csv --schema empty.csv": "a schema must be JSON such as",
    "fit people.csv --schema odd.json": "but that of 'mixed' in odd.json is 'number'; choose one",
    "fit many.csv --dry-run": "at most 1,000 labels, but 'word' has 10,000, such as 'w0'; leave it out with --drop",
    "schema people.csv --schema odd.json": "but that of 'mixed' in odd.json is 'number'; choose one",
    "schema people.csv -o good.csv": "good.csv exists and is kept",
    "schema none.csv": "cannot read none.csv",
    "fit mixed.csv": "column must hold values of one type, but 'a' has numbers ('1' in row 1) and text ('x' in row 2)",
    "fit twice.csv": "column names must be distinct, but 'a' is there 2 times in twice.csv; rename one",
    "fit ragged.csv": "must have as many fields as there are columns, 2, but line 3 has 3",
    "fit same.csv": "must have a column that varies",
    "fit good.csv --cols 1-2 --dry-run --seed -1": "a seed must be",
    "fit same.csv --dry-run": "must have a column that varies",
    "fit good.csv --cols 1-2 --plot new.tabgan.png -o new.tabgan.png": "but new.tabgan.png is named twice",
    "fit good.csv --cols 1-2 -o good.csv --overwrite": "inputs and outputs must be different files, but good.csv is",
    "fit good.csv --cols 1-2 --config true.toml": "must be a whole number from 1 to 10,000,000, but is 'True'",
    "fit good.csv --cols 1:2": "(write --cols as in 1-9 or age,income)",
    "fit good.csv --cols 1-2 --config cut.toml": "must be a whole number from 1 to 10,000,000, but is '2.9'",
    "fit good.xyz": "one of .csv",
    "fit good.csv --cols 1-12": "columns are counted from 1 to 3 here, but --cols asks for 1-12; choose within 1-3",
    "fit good.csv --cols 2-1": "a range runs from low to high, but --cols has 2-1; write 1-2",
    "fit good.csv --cols age": "'age' that is not in the table; its columns are a, b, class",
    "fit good.csv --cols 1-2 --n-critic 0": "--n-critic must be a whole number from 1 to 1,000, but is 0; leave",
    "fit good.csv --cols 1-2 --critic-lr 0": "--critic-lr must be a positive finite number, but is 0.0",
    "fit good.csv --cols 1-2 --generator-lr -1": "--generator-lr must be a positive finite number, but is -1.0",
    "fit good.csv --cols 1-2 --n-critic five": "must be a whole number from 1 to 1,000, but is 'five'",
    "fit good.csv --cols 1-2 --hidden 8,x": "must be whole numbers from 1 to 10,000, such as 128,128, "
    "with at most 50,000,000 weights between them, but is '8,x'",
    "fit good.csv --cols 1-2 --preset good": "'good' is not one of 'matlab', 'fast', 'balanced', 'best'",
    "fit good.csv --cols 1-2 --device cuda:99": "'cuda:99' is not; choose one of auto, cpu",
    "fit good.csv --cols 1-2 --seed -1": "a seed must be a whole number from 0",
    "fit good.csv --cols 1-2 --variable X": "--variable is for .mat, but good.csv is none of these; leave it out",
    "fit good.csv --sheet 2": "--sheet is for .xlsx .xlsm, but good.csv is none of these; leave it out",
    "tune good.csv --sheet 2": "--sheet is for .xlsx .xlsm",
    "schema good.csv --sheet 2": "--sheet is for .xlsx .xlsm",
    "forecast good.csv --target a -o new.csv --sheet 2": "--sheet is for .xlsx .xlsm",
    "backtest good.csv --target a --train 2 --sheet 2": "--sheet is for .xlsx .xlsm",
    "evaluate good.csv good.csv --sheet 2": "--sheet is for .xlsx .xlsm",
    "evaluate good.csv good.csv --synth-sheet 2": "--synth-sheet is for .xlsx .xlsm",
    "fit good.xls": "good.xls has none of them; open it in Excel and save it as .xlsx",
    "fit good.csv --cols A:D": "the columns of the table are A:C, but --cols asks for A:D; choose within A:C",
    "fit good.csv --cols 1-2 -o no/model.tabgan": "needs an existing folder",
    "fit good.csv --cols 1-2 -o folder": "an output must be a file",
    "fit good.csv --cols 1-2 -o same.csv": "same.csv exists and is kept; give another name, or --overwrite",
    "fit good.csv --cols 1-2 --plot good.csv": "one of .png .svg .pdf, but good.csv has none",
    "fit good.csv --cols 1-2 --plot no/loss.png": "needs an existing folder",
    "fit good.csv --config none.toml": "cannot read none.toml: No such file or directory",
    "fit good.csv --config bad.toml": "bad.toml must be TOML",
    "fit good.csv --config odd.toml": "odd.toml sets iterationz, which is no option of tabgan fit; did you mean",
    "generate -n 5 -o synth.csv -m none.tabgan": "there is no model file none.tabgan; make one with `tabgan fit`",
    "generate -n 5 -o synth.csv -m foreign.tabgan": "foreign.tabgan is not a tabgan model",
    "generate -n 5 -o synth.csv -m half.tabgan": "half.tabgan is damaged",
    "generate -n 5 -o synth.csv -m flipped.tabgan": "flipped.tabgan is damaged",
    "generate -n 5 -o model.csv -m model.csv": "is named twice",
    "generate -n -5 -o synth.csv": "must be a whole number from 0 to 1,000,000,000,000",
    "generate -n 5 -o synth.xls": "one of .csv .tsv",
    "generate -n 5 -o good.csv": "good.csv exists and is kept",
    "generate -n 5 -o no/synth.csv": "needs an existing folder",
    "generate -n 5 -o synth.csv --seed 99999999999": "a seed must be",
    "generate -n 5 -o synth.csv --cols 1-9": "columns are counted from 1 to 3 here, but --cols asks for 1-9",
    "generate -n 5 -o synth.csv --cols age": "'age' that is not in the table; its columns are price, 流量, count",
    "generate -o synth.csv": "Missing option '-n'",
    "evaluate good.csv none.csv": "cannot read none.csv",
    "evaluate good.csv gaps.csv --cols 1-2": "the synthetic table cannot be scored: column 'b' must hold finite values",
    "evaluate good.csv one.csv --cols 1-2": "the synthetic table must have at least 2 rows",
    f"evaluate {DATA} good.csv": "it has besides): - mean_radius, - mean_texture",
    f"evaluate {DATA} numbers.csv --cols 1-2": "- mean_radius, - mean_texture, + a, + b; select the same",
    "evaluate good.csv odd.csv": "differs in these (- it lacks, + it has besides): - b, - class, + other; select",
    "evaluate good.csv good.csv --target none": "the target must be a column that is scored, but 'none' is none of a,",
    "evaluate good.csv good.csv --only luck": "families of scores are marginals, dependence, combinations, rules, "
    "digits, de",
    "evaluate good.csv good.csv --fail-under luck<1": "a requirement names a score, but there is no 'luck'",
    "evaluate good.csv good.csv --fail-under shape": "a requirement is a score, one of < <= > >= and a number",
    "evaluate good.csv good.csv --categorical x": "'x' that is not in the table",
    "evaluate good.csv good.csv --seed -1": "a seed must be a whole number from 0",
    "evaluate good.csv numbers.csv --report good.csv": "good.csv is named twice",
    "evaluate good.csv numbers.csv --json odd.csv": "odd.csv exists and is kept",
    "evaluate good.csv numbers.csv --model foreign.tabgan": "is not a tabgan model",
    "evaluate good.csv numbers.csv --lang de": "'de' is not one of 'en', 'zh'",
    "evaluate good.csv good.csv --cols 1-2 --plot good.csv": "one of .png .svg .pdf",
    "augment good.csv --target age -o x.csv": "'age' that is not in the table; its columns are a, b, class",
    "export none.tabgan --to onnx -o new.onnx": "there is no model file none.tabgan",
    "export foreign.tabgan --to onnx -o new.onnx": "is not a tabgan model",
    "export model.tabgan --to excel -o new.xlsx": "'excel' is not one of 'onnx', 'matlab', 'numpy'",
    "export model.tabgan --to onnx -o good.csv": "good.csv exists and is kept",
    "export model.tabgan --to onnx -o no/new.onnx": "needs an existing folder",
    "export model.tabgan --to numpy -o good.csv": "the output must be a folder, but good.csv is a file",
    "export model.tabgan --to matlab -o folder": "folder exists and is kept",
    "export model.tabgan --to matlab -o folder --overwrite": "but folder holds x; move it away",
    "export model.tabgan --to onnx": "Missing option '-o'",
    "export model.tabgan -o x.onnx": "Missing option '--to'. Choose from onnx, matlab, numpy",
    "info none.tabgan": "there is no model file none.tabgan",
    "info foreign.tabgan": "is not a tabgan model",
}


@pytest.fixture
def mess(tabgan_command, model):
    """A folder of files that are wrong in all ways, and a model that is right."""
    for name, text in FILES.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    model.save("model.tabgan")
    whole = Path("model.tabgan").read_bytes()
    Path("half.tabgan").write_bytes(whole[: len(whole) // 2])
    Path("flipped.tabgan").write_bytes(whole[:-1000] + bytes([whole[-1000] ^ 1]) + whole[-999:])
    return tabgan_command


@pytest.mark.parametrize("command", CASES)
def test_a_mistake_is_one_clear_line(mess, command):
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    output = [] if "-o" in command or not command.startswith("fit") else ["-o", "new.tabgan"]
    result = mess(*command.split(), *output)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    *usage, error = result.stderr.splitlines()
    assert error.startswith("Error: ")
    assert CASES[command] in error
    assert not usage or usage[0].startswith("Usage: ")
    assert "Traceback" not in result.stderr
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="who runs this may write anywhere")
def test_a_folder_that_may_not_be_written_is_named(mess):
    Path("folder").chmod(0o500)
    result = mess("generate", "-n", 5, "-o", "folder/synth.csv")
    assert result.exit_code == 2
    assert "Permission denied; give another place" in result.stderr


def test_a_model_that_exists_is_kept_unless_told(mess):
    kept = Path("model.tabgan").read_bytes()
    result = mess("fit", "good.csv", "--cols", "1-2", "--iterations", 5)
    assert result.exit_code == 2
    assert "model.tabgan exists and is kept" in result.stderr
    assert Path("model.tabgan").read_bytes() == kept
    assert mess("fit", "good.csv", "--cols", "1-2", "--iterations", 5, "--overwrite").exit_code == 0
    assert Path("model.tabgan").read_bytes() != kept


def test_debug_shows_the_traceback(mess):
    result = mess("fit", "empty.csv", "-o", "x.tabgan", "--debug")
    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("Error: a table needs a header")


def test_an_unexpected_error_asks_for_a_report(mess, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("wires crossed")

    monkeypatch.setattr("tabgan.tables.intake.read_table", broken)
    result = mess("fit", "good.csv", "-o", "x.tabgan")
    assert result.exit_code == 1
    assert (
        result.stderr
        == "Error: unexpected RuntimeError: wires crossed; run again with --debug and report what it shows\n"
    )


def test_a_header_of_numbers_is_a_warning(mess):
    Path("headless.csv").write_text("1,2\n3,4\n5,7\n")
    result = mess("fit", "headless.csv", "-o", "x.tabgan", "--iterations", 5, "--quiet")
    assert result.exit_code == 0
    assert result.stderr.startswith("Warning: the first line of headless.csv is taken for column names, of which '1'")


@pytest.mark.parametrize("name", ["", "a\0b.csv", "half \ud800.csv"])
@pytest.mark.parametrize("command", [["generate", "-n", "3"], ["fit", "good.csv"]], ids=["table", "file"])
def test_outputs_need_names_that_files_can_have(tabgan_command, command, name):
    refused = tabgan_command(*command, "-o", name)
    assert (refused.exit_code, "an output needs a name that files can have" in refused.stderr) == (2, True)
