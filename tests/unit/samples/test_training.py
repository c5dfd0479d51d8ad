"""Training again gives the weights that are in the repository, to the byte."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.unit.samples.isolated import SAMPLES

TRAINED = ["nlp/DetectLanguage", "vision/RecognizeDigit"]


def test_every_folder_with_weights_can_be_trained():
    found = {file.parent for file in SAMPLES.rglob("train.py")}
    assert found == {SAMPLES / name for name in TRAINED}
    assert {file.parent.parent for file in SAMPLES.rglob("weights.json")} == found


@pytest.mark.parametrize("name", TRAINED)
def test_training_gives_the_same_bytes_with_the_standard_library_alone(name, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(SAMPLES / name, copy)
    weights = copy / "assets/weights.json"
    weights.unlink()
    subprocess.run(
        [sys.executable, "-S", "-E", "-B", "-W", "error", "train.py"],
        cwd=copy,
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert weights.read_bytes() == (SAMPLES / name / "assets/weights.json").read_bytes()


def test_no_algorithm_reads_its_training_data():
    for name in TRAINED:
        for source in (SAMPLES / name).glob("*.py"):
            is_training = source.name in {"train.py", "collect.py"}
            assert is_training or "training/" not in source.read_text()
