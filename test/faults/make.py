"""Makes the broken .ptyd files of this folder (h5py). flipped-bits.ptyd is made by make-flipped.mjs."""
import h5py
import numpy as np


def chunk(f, name, frames=4, shape=(8, 8), positions=None, data=True, **options):
    g = f.create_group(f"chunks/{name}")
    if data:
        values = np.arange(frames * shape[0] * shape[1], dtype="u2").reshape(frames, *shape) // 512
        g.create_dataset("data", data=values, **options)
    g["positions"] = np.zeros((frames if positions is None else positions, 2))


with h5py.File("no-chunks.ptyd", "w") as f:
    f.create_group("chunks")
    f["meta/energy"] = 7.2
with h5py.File("no-data.ptyd", "w") as f:
    chunk(f, 0)
    chunk(f, 1, data=False)
with h5py.File("shapes-disagree.ptyd", "w") as f:
    chunk(f, 0)
    chunk(f, 1, shape=(8, 6))
with h5py.File("positions-disagree.ptyd", "w") as f:
    chunk(f, 0, positions=3)
with h5py.File("weights-disagree.ptyd", "w") as f:
    chunk(f, 0)
    f["chunks/0/weights"] = np.ones((4, 8, 7))
with h5py.File("truncated.ptyd", "w") as f:
    chunk(f, 0, frames=64)
raw = open("truncated.ptyd", "rb").read()
open("truncated.ptyd", "wb").write(raw[: len(raw) * 2 // 3])
with h5py.File("missing-filter.ptyd", "w") as f:
    chunk(f, 0, frames=64, compression="lzf")
raw = open("missing-filter.ptyd", "rb").read()
# The filter message: number of the filter (LZF is 32000), length of its name, flags, name.
at = raw.index((32000).to_bytes(2, "little"), raw.index(b"lzf\0") - 16)
open("missing-filter.ptyd", "wb").write(raw[:at] + (32255).to_bytes(2, "little") + raw[at + 2 :])
open("not-hdf5.ptyd", "w").write("This is a letter, not a measurement.\n" * 20)
