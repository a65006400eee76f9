"""Network files: what is written is read back; what cannot be read is refused in one line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.distillation import Layer, Network
from pyssnn.distillation.files import load_csv, load_network, save_csv, save_network
from pyssnn.errors import InputError


def made(seed: int, *, end: str = "max") -> Network:
    rng = np.random.default_rng(seed)
    widths = [int(width) for width in rng.integers(1, 5, rng.integers(2, 5))] + [2]
    layers = []
    for index, (a, b) in enumerate(zip(widths, widths[1:], strict=False)):
        activation = end if index == len(widths) - 2 else rng.choice(["sign", "step", "linear"])
        encoding = tuple(np.sort(rng.normal(size=3)).tolist())
        layers.append(Layer(rng.normal(size=(a, b)), rng.normal(size=b), str(activation), encoding, (1, b)))
    return Network(tuple(layers), (widths[0], 1), (-1, 0, 1))


def same(one: Network, other: Network) -> bool:
    parts = [
        (a.weights == b.weights).all() and (a.biases == b.biases).all() and (a.activation, a.encoding, a.shape) == (b.activation, b.encoding, b.shape)
        for a, b in zip(one.layers, other.layers, strict=True)
    ]
    return all(parts) and (one.input_shape, one.input_encoding) == (other.input_shape, other.input_encoding)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_an_npz_gives_back_the_network_and_equal_networks_equal_bytes(tmp_path_factory, seed):
    folder = tmp_path_factory.mktemp("npz")
    save_network(made(seed), folder / "a.npz")
    save_network(load_network(folder / "a.npz"), folder / "b.npz")
    assert same(load_network(folder / "a.npz"), made(seed))
    assert (folder / "a.npz").read_bytes() == (folder / "b.npz").read_bytes()


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_csv_files_give_back_weights_and_biases_exactly(tmp_path_factory, seed):
    network, folder = made(seed), tmp_path_factory.mktemp("csv")
    save_csv(network, folder)
    kinds = {"activations": [layer.activation for layer in network.layers], "encodings": [layer.encoding for layer in network.layers]}
    shapes = {"shapes": [layer.shape for layer in network.layers], "input_shape": network.input_shape}
    assert same(load_csv(folder, **kinds, **shapes, input_encoding=network.input_encoding), network)


def test_a_csv_folder_without_more_is_read_with_signs_and_a_maximum(tmp_path):
    (tmp_path / "1.csv").write_text("1,2\n3,4\n0.5,-0.5\n")
    (tmp_path / "2.csv").write_text("1, -1\n-1, 1\n0, 0\n\n")
    network = load_network(tmp_path)
    assert [layer.activation for layer in network.layers] == ["sign", "max"]
    assert network.layers[0].biases.tolist() == [0.5, -0.5] and network.layers[0].weights.tolist() == [[1, 2], [3, 4]]


def test_ten_csv_files_stand_in_the_order_of_their_numbers(tmp_path):
    for index in range(11):
        (tmp_path / f"layer_{index}.csv").write_text(f"1\n{index}\n")
    assert [layer.biases[0] for layer in load_network(tmp_path).layers] == list(range(11))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,2\n3\n0,0\n", "line 2: found 1 numbers, expected 2"),
        ("1,x\n0,0\n", "line 1"),
        ("1,nan\n0,0\n", "not finite"),
        ("1,2\n", "a row for each input and one of biases"),
        ("", "a row for each input and one of biases"),
        ("1,2\n\n0,0\n", "line 2"),
    ],
)
def test_csv_files_that_are_refused(tmp_path, text, says):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(InputError, match=says):
        load_network(tmp_path)


def broken(tmp_path, **changes):
    save_network(made(3), tmp_path / "good.npz")
    with np.load(tmp_path / "good.npz") as archive:
        arrays = {name: archive[name] for name in archive.files}
    for name, value in changes.items():
        arrays.pop(name) if value is None else arrays.update({name: np.asarray(value)})
    np.savez(tmp_path / "bad.npz", **arrays)
    return tmp_path / "bad.npz"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"biases_0": None}, "no biases_0"),
        ({"input_shape": None}, "no input_shape"),
        ({"activation_0": "relu"}, "layer 0: activation: found 'relu'"),
        ({"weights_0": [[np.nan]], "biases_0": [0.0], "shape_0": [1]}, "layer 0: weights"),
        ({"weights_0": np.ones((9, 9)), "biases_0": np.ones(9), "shape_0": [9]}, "layer 1: found weights from"),
        ({"shape_0": [77]}, "layer 0: shape"),
        ({"encoding_0": [1.0, 0.0]}, "layer 0: encoding"),
        ({"input_shape": [5, 5]}, "input_shape"),
    ],
)
def test_npz_files_that_are_refused_name_the_file_and_the_layer(tmp_path, changes, says):
    with pytest.raises(InputError, match="bad.npz.*" + says):
        load_network(broken(tmp_path, **changes))


def test_what_is_no_network_file(tmp_path):
    (tmp_path / "text.npz").write_text("hello")
    (tmp_path / "empty.npz").write_bytes(b"")
    np.savez(tmp_path / "other.npz", a=1)
    np.savez(tmp_path / "object.npz", weights_0=np.array([None], dtype=object))
    for name, says in (("text", "no archive"), ("empty", "no archive"), ("other", "weights_0"), ("object", "no archive"), ("missing", "no such file")):
        with pytest.raises(InputError, match=says):
            load_network(tmp_path / f"{name}.npz")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="no .csv files"):
        load_network(tmp_path / "folder")
