"""Cut the acoustic model of hibari-tts into the three graphs that the singer drives.

    python -m venv cut-venv && cut-venv/bin/pip install onnx==1.23.2 hibari-tts==0.2.1
    cut-venv/bin/python tools/cut_voice_graphs.py

The model goes from text to spectra in one run. Cut where its durations, F0 and energy are named, a score
can take their place: durations.onnx (text -> durations), prosody.onnx (text, durations -> F0, energy) and
spectra.onnx (text, durations, F0, energy -> five spectra). Weights are unchanged. Writes the graphs and
MANIFEST.json, which holds the sha256 of each and of the model they came from. Needs `onnx`, which the
application itself does not.
"""

import hashlib
import json
from importlib.resources import files
from pathlib import Path

import onnx
from onnx import TensorProto, helper

SOURCE_SHA256 = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"
TARGET = Path(__file__).parents[1] / "suno_web/engine/music/assets/voice"

NATURAL, DURATIONS, ENERGY = "/Div_40_output_0", "/Cast_32_output_0", "/Mul_62_output_0"
SPECTRA = ("lh", "theta", "ln", "lr", "phi")

Port = tuple[str, int, list[int | str] | None]
DUR: Port = ("dur", TensorProto.INT64, ["tokens"])
F0_IN: Port = ("f0_in", TensorProto.FLOAT, [1, "frames"])
ENERGY_IN: Port = ("energy_in", TensorProto.FLOAT, [1, "frames"])


def cut(model: onnx.ModelProto, *, replaced: dict[str, Port], outputs: list[str]) -> bytes:
    """The part of a model that leads to `outputs`, with the tensors named in `replaced` as inputs."""
    part = onnx.ModelProto()
    part.CopyFrom(model)
    graph = part.graph
    for node in graph.node:
        for index, name in enumerate(node.input):
            if name in replaced:
                node.input[index] = replaced[name][0]
    graph.input.extend(helper.make_tensor_value_info(*port) for port in replaced.values())
    del graph.output[:]
    graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs)
    _keep_only_needed(graph)
    return part.SerializeToString()


def _keep_only_needed(graph: onnx.GraphProto) -> None:
    needed = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    _replace(graph.node, kept[::-1])
    _replace(graph.input, [port for port in graph.input if port.name in needed])
    _replace(graph.initializer, [weights for weights in graph.initializer if weights.name in needed])


def _replace(repeated, kept) -> None:
    kept = list(kept)
    del repeated[:]
    repeated.extend(kept)


def main() -> None:
    source = files("hibari").joinpath("assets/hibari.onnx").read_bytes()
    if hashlib.sha256(source).hexdigest() != SOURCE_SHA256:
        raise SystemExit("This hibari.onnx is not the one whose tensor names are known here.")
    model = onnx.load_from_string(source)
    graphs = {
        "durations.onnx": cut(model, replaced={}, outputs=[NATURAL]),
        "prosody.onnx": cut(model, replaced={DURATIONS: DUR}, outputs=["f0", ENERGY]),
        "spectra.onnx": cut(
            model, replaced={DURATIONS: DUR, "f0": F0_IN, ENERGY: ENERGY_IN}, outputs=list(SPECTRA)
        ),
    }
    for name, graph in graphs.items():
        (TARGET / name).write_bytes(graph)
    manifest = {
        "source": {"package": "hibari-tts 0.2.1", "file": "hibari.onnx", "sha256": SOURCE_SHA256},
        "licence": "Apache-2.0, see LICENSE and NOTICE",
        "files": {name: hashlib.sha256(graph).hexdigest() for name, graph in graphs.items()},
    }
    (TARGET / "MANIFEST.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
