"""How values are written for people that cards give as identifiers."""

from __future__ import annotations

FRAMEWORKS = {
    "allennlp": "AllenNLP",
    "coreml": "Core ML",
    "diffusers": "Diffusers",
    "espnet": "ESPnet",
    "flair": "Flair",
    "jax": "JAX",
    "keras": "Keras",
    "mlx": "MLX",
    "nemo": "NeMo",
    "numpy": "NumPy",
    "onnx": "ONNX",
    "opencv": "OpenCV",
    "openvino": "OpenVINO",
    "paddlenlp": "PaddleNLP",
    "paddlepaddle": "PaddlePaddle",
    "peft": "PEFT",
    "pillow": "Pillow",
    "pytorch": "PyTorch",
    "safetensors": "Safetensors",
    "sentence-transformers": "Sentence Transformers",
    "spacy": "spaCy",
    "speechbrain": "SpeechBrain",
    "stanza": "Stanza",
    "tensorflow": "TensorFlow",
    "tensorflowtts": "TensorFlowTTS",
    "tf-keras": "TF-Keras",
    "tflite": "TFLite",
    "transformers": "Transformers",
    "xgboost": "XGBoost",
}
_LICENSES = {"custom": "Custom", "other": "Other", "unknown": "Unknown"}


def framework_label(value: str) -> str:
    """Write a framework as its makers do; an unknown one stays as it is spelt."""
    return FRAMEWORKS.get(value, value)


def license_label(value: str) -> str:
    """Write a license that has no name of its own as a word; names stay."""
    return _LICENSES.get(value, value)
