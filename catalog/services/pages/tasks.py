"""The tasks that Hugging Face names, as our pages write them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """A task: its label, its icon and what flows in and out by its definition."""

    key: str
    label: str
    icon: str = "tool"
    flow: str = ""


_KNOWN = (
    Task("text-classification", "Text classification", "mood", "text → label"),
    Task("sentiment-analysis", "Sentiment analysis", "mood", "text → score"),
    Task("token-classification", "Token classification", "doc", "text → spans"),
    Task("keyword-extraction", "Keyword extraction", "doc", "text → words"),
    Task("color-extraction", "Color extraction", "image", "image → colors"),
    Task("anomaly-detection", "Anomaly detection", "trend", "series → places"),
    Task("image-similarity", "Image similarity", "image", "images → number"),
    Task("text-retrieval", "Text search", "search", "query → texts"),
    Task("utility", "Utility", "tool", "any → any"),
    Task("zero-shot-classification", "Zero-shot classification", "mood"),
    Task("question-answering", "Question answering", "doc", "text → text"),
    Task("table-question-answering", "Table question answering", "table"),
    Task("summarization", "Summaries", "short", "text → text"),
    Task("translation", "Translation", "translate", "text → text"),
    Task("text-generation", "Text generation", "doc", "text → text"),
    Task("text2text-generation", "Text to text", "doc", "text → text"),
    Task("fill-mask", "Fill the mask", "doc", "text → text"),
    Task("sentence-similarity", "Sentence similarity", "vector", "texts → score"),
    Task("feature-extraction", "Embeddings", "vector", "any → vector"),
    Task("text-ranking", "Text ranking", "short", "texts → scores"),
    Task("image-classification", "Image classification", "image", "image → label"),
    Task("object-detection", "Object detection", "detect", "image → boxes"),
    Task("image-segmentation", "Image segmentation", "detect", "image → masks"),
    Task("image-to-text", "Image to text", "doc", "image → text"),
    Task("image-text-to-text", "Image and text to text", "doc"),
    Task("text-to-image", "Text to image", "image", "text → image"),
    Task("image-to-image", "Image editing", "image", "image → image"),
    Task("depth-estimation", "Depth estimation", "image", "image → image"),
    Task("image-feature-extraction", "Image embeddings", "vector", "image → vector"),
    Task("automatic-speech-recognition", "Speech to text", "sound", "audio → text"),
    Task("text-to-speech", "Text to speech", "sound", "text → audio"),
    Task("audio-classification", "Audio classification", "sound", "audio → label"),
    Task("audio-to-audio", "Audio editing", "sound", "audio → audio"),
    Task("time-series-forecasting", "Forecasting", "trend", "series → series"),
    Task("tabular-classification", "Tabular classification", "table", "row → label"),
    Task("tabular-regression", "Tabular prediction", "table", "row → value"),
    Task("reinforcement-learning", "Reinforcement learning", "flow"),
    Task("robotics", "Robotics", "flow"),
)
TASKS = {task.key: task for task in _KNOWN}
#: written in capitals wherever they stand
_SHORT_FORMS = {"asr", "gan", "nlp", "ocr", "rnn", "stt", "tts", "vqa"}


def task_of(key: str) -> Task:
    """Return the task of that key; an unknown one is written as it is spelt."""
    if known := TASKS.get(key):
        return known
    words = key.replace("-", " ").replace("_", " ").split()
    label = " ".join(w.upper() if w in _SHORT_FORMS else w for w in words)
    return Task(key, label[:1].upper() + label[1:])
