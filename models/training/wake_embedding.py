"""Make Google's speech embedding one that runs on a stream, and check that it says the same.

    .venv/bin/python -m models.training.wake_embedding WHEEL

WHEEL is openwakeword 0.4.0 from PyPI, of which only the two files by Google (Apache-2.0) are used: the embedding, and the
filters of the spectrogram before it. As published the network looks at 76 frames to say one thing, and at all of them
again 8 frames later. All of its layers are causal convolutions, though: where each keeps the two frames before, a step
costs a ninth. The weights are not changed. Needs the package onnx.
"""

import io
import sys
import zipfile

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from speaker.places import WAKE

_FOLDER = "openwakeword/resources/models/"
_WINDOW, _STEP, _BANDS = 76, 8, 32


def streaming(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network over (1, 8 n, 32, 1), with the frames that its convolutions look back at as inputs and outputs."""
    weights = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    bands = {each.name: each for each in onnx.shape_inference.infer_shapes(model).graph.value_info}
    nodes, inputs, outputs = [], [], []
    extra = [
        ("to_channels", [1, 1, -1, _BANDS + 2]),
        ("to_rows", [-1, 96]),
        ("from", [-2]),
        ("to", [2**31]),
        ("axis", [2]),
    ]
    for node in model.graph.node:
        node = onnx.NodeProto.FromString(node.SerializeToString())
        if node.op_type == "Reshape":
            if nodes[1:]:  # the last one, where several steps stand behind each other
                nodes.append(helper.make_node("Transpose", [node.input[0]], ["by_step"], perm=[0, 2, 3, 1]))
                node.input[0] = "by_step"
            node.input[1] = "to_rows" if nodes[1:] else "to_channels"
        elif node.op_type == "Conv" and weights[node.input[1]].shape[2] == 3:
            name, channels = f"before_{len(inputs)}", weights[node.input[1]].shape[1]
            width = _BANDS + 2 if not inputs else bands[node.input[0]].type.tensor_type.shape.dim[3].dim_value
            shape = [1, channels, 2, width]
            inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
            outputs.append(helper.make_tensor_value_info(f"after_{len(outputs)}", TensorProto.FLOAT, shape))
            nodes.append(helper.make_node("Concat", [name, node.input[0]], [f"with_{name}"], axis=2))
            nodes.append(helper.make_node("Slice", [f"with_{name}", "from", "to", "axis"], [outputs[-1].name]))
            node.input[0] = f"with_{name}"
        nodes.append(node)
    nodes[0].input[0], nodes[-1].output[0] = "mel", "embedding"
    kept = [each for each in model.graph.initializer if not each.name.startswith("new_shape")]
    kept += [numpy_helper.from_array(np.array(value, np.int64), name) for name, value in extra]
    mel = helper.make_tensor_value_info("mel", TensorProto.FLOAT, [1, "frames", _BANDS, 1])
    out = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["steps", 96])
    graph = helper.make_graph(nodes, "speech_embedding_streaming", [mel, *inputs], [out, *outputs], kept)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
    made.doc_string = "Google speech_embedding 1, Apache-2.0; changed: the convolutions keep their state between calls"
    onnx.checker.check_model(made)
    return made


def difference(before: bytes, after: bytes) -> float:
    """The largest difference between the two on random spectrograms, the stream fed in unequal pieces."""
    whole, stream = (onnxruntime.InferenceSession(each, providers=["CPUExecutionProvider"]) for each in (before, after))
    mel = np.random.default_rng(1).normal(7, 2, (_WINDOW + 20 * _STEP, _BANDS)).astype(np.float32)
    wanted = [whole.run(None, {"input_1": mel[None, at : at + _WINDOW, :, None]})[0].ravel() for at in range(0, 168, 8)]
    state = {each.name: np.zeros(each.shape, np.float32) for each in stream.get_inputs()[1:]}
    led, got = np.concatenate([np.zeros((4, _BANDS), np.float32), mel]), []
    for start, end in ((0, 8), (8, 64), (64, 72), (72, len(led))):
        said, *after_ = stream.run(None, {"mel": led[None, start:end, :, None], **state})
        state = dict(zip(state, after_, strict=True))
        got.append(said)
    return float(np.abs(np.concatenate(got)[9:] - np.array(wanted)).max())


def main() -> None:
    wheel = zipfile.ZipFile(sys.argv[1])
    before = wheel.read(_FOLDER + "embedding_model.onnx")
    after = streaming(onnx.load(io.BytesIO(before))).SerializeToString()
    worst = difference(before, after)
    if worst > 1e-3:
        sys.exit(f"the streaming network says something else: {worst}")
    WAKE.mkdir(exist_ok=True)
    (WAKE / "embedding.onnx").write_bytes(after)
    spectrogram = onnx.load(io.BytesIO(wheel.read(_FOLDER + "melspectrogram.onnx")))
    mel = next(numpy_helper.to_array(e) for e in spectrogram.graph.initializer if list(e.dims) == [257, 32])
    np.savez_compressed(WAKE / "mel.npz", mel=mel.astype(np.float32))
    print(f"{WAKE / 'embedding.onnx'}: {len(after) / 1e6:.2f} MB, differs by at most {worst:.1e}")


if __name__ == "__main__":
    main()
