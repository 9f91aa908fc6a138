"""HDF5 files in every layout, and what loading them must give, computed with plain numpy indexing.

Usage: loader.test.py FOLDER. Prints a list of cases as JSON: parameters, and expected positions, data, weights, meta.
"""
import json
import sys
from itertools import product

import h5py
import numpy as np

folder = sys.argv[1]
rng = np.random.default_rng(42)
A, B, H, W = 4, 5, 6, 7
N = A * B
frames = rng.integers(0, 1000, (N, H, W)).astype(np.uint16)
y = np.repeat(np.arange(A) * 2.0, B) + rng.normal(0, 0.1, N)
x = np.tile(np.arange(B) * 3.0, A) + rng.normal(0, 0.1, N)
raster_y, raster_x = np.arange(A) * 2.0 + 0.25, np.arange(B) * 3.0 - 0.5
meshed_y, meshed_x = (m.ravel() for m in np.meshgrid(raster_y, raster_x, indexing="ij"))
keep = rng.integers(0, 2, N)
keep[:3] = [1, 0, 2]
cases = []


def write(name, **datasets):
    path = f"{folder}/{name}.h5"
    with h5py.File(path, "w") as f:
        for key, value in datasets.items():
            f[key.replace("__", "/")] = value
    return path


def region(data, center, shape):
    """Rows and columns around the centre, zero outside the frame."""
    (r, c), (h, w) = (int(np.round(v)) for v in center), shape
    big = 50
    padded = np.pad(data, [(0, 0)] * (data.ndim - 2) + [(big, big), (big, big)])
    top, left = r - h // 2 + big, c - w // 2 + big
    return padded[..., top : top + h, left : left + w]


def case(name, parameters, data, ys, xs, weights=None, **meta):
    if weights is None:
        weights = np.ones(data.shape[1:])
    weights = np.broadcast_to(weights, data.shape)
    cases.append(
        dict(
            name=name,
            parameters=parameters,
            dtype=str(data.dtype),
            shape=list(data.shape),
            data=data.astype(float).ravel().tolist(),
            weights=weights.astype(float).ravel().tolist(),
            positions=np.stack([ys, xs], axis=1).tolist(),
            meta=meta,
        )
    )


def scan(path, **extra):
    return {
        "intensities": {"file": path, "key": "entry/data"},
        "positions": {"slow_key": "entry/y", "fast_key": "entry/x", **extra.pop("positions", {})},
        **extra,
    }


# Layouts × selections
layouts = {
    "(A,B) → (A,B,h,w)": ((A, B, H, W), y.reshape(A, B), x.reshape(A, B), y, x, (A, B)),
    "(k) → (k,h,w)": ((N, H, W), y, x, y, x, (N,)),
    "(C,D) → (C·D,h,w)": ((N, H, W), y.reshape(A, B), x.reshape(A, B), y, x, (A, B)),
    "(C)+(D) → (C,D,h,w)": ((A, B, H, W), raster_y, raster_x, meshed_y, meshed_x, (A, B)),
    "(C)+(D) → (C·D,h,w)": ((N, H, W), raster_y, raster_x, meshed_y, meshed_x, (A, B)),
    "(k) → (A,B,h,w)": ((A, B, H, W), y, x, y, x, (A, B)),
    "with axes of length 1": ((1, N, 1, H, W), y[:, None], x[None, :], y, x, (N,)),
}
boxes = {
    "all": (None, None),
    "pairs": ([1, 4], [2, 5]),
    "lower bounds": (1, 3),
    "one pair": (None, [0, 2]),
}
orders = {"": None, "reversed": "reversed", "some shuffled": "some"}
for (layout, (shape, ys, xs, all_y, all_x, grid)), (box, (slow, fast)), skip, filtered, order in product(
    layouts.items(), boxes.items(), (1, 2), (False, True), orders
):
    kind = list(layouts).index(layout)
    path = write(f"layout{kind}", entry__data=frames.reshape(shape), entry__y=ys, entry__x=xs, entry__keep=keep.reshape(grid))
    span = lambda bounds: slice(None) if bounds is None else slice(*(bounds if isinstance(bounds, list) else [bounds, None]))
    index = np.arange(N)
    if len(grid) == 2:
        index = index.reshape(grid)[span(slow), span(fast)][::skip, ::skip].ravel()
    else:
        first = {i for i in range(N)[span(slow)]} & {i for i in range(N)[span(fast)]}
        if not first:
            continue
        index = np.array(sorted(first))[::skip]
    if filtered:
        index = index[keep[index] > 0]
        if len(index) == 0:
            continue
    parameters = scan(path, positions={"skip": skip, "bounding_box": {"slow_axis_bounds": slow, "fast_axis_bounds": fast}})
    if filtered:
        parameters["framefilter"] = {"key": "entry/keep"}
    if orders[order]:
        places = list(range(len(index)))[::-1]
        if order == "some shuffled":
            places = np.random.default_rng(len(index)).permutation(len(index))[: max(1, len(index) - 1)].tolist()
        parameters["frameorder"] = {"indices": places}
        index = index[places]
    name = f"{layout}, {box}, skip {skip}" + (", filtered" if filtered else "") + (f", {order}" if order else "")
    case(name, parameters, frames[index], all_y[index], all_x[index])

# Corrections, in data of one and of two leading axes and of several element types
dark2, flat2 = rng.integers(0, 300, (H, W)), rng.uniform(0.5, 1.5, (H, W))
darks, flats = rng.integers(0, 300, (N, H, W)).astype(np.int32), rng.uniform(0.5, 1.5, (N, H, W)).astype(np.float32)
i0 = rng.uniform(90, 110, N)
i0[7] = 400.0
mean, std = i0.mean(), i0.std()
scale = np.where(np.abs(i0 - mean) < 3 * std, mean / i0, 1.0)
assert (scale == 1).sum() == 1
mask2 = (rng.uniform(size=(H, W)) > 0.2).astype(np.int64)
masks = rng.uniform(size=(N, H, W)) > 0.2
bits = np.where(mask2 > 0, 0, 4).astype(np.uint32)
weights2 = np.where(mask2 > 0, rng.uniform(0.5, 2, (H, W)), 0).astype(np.float32)
for leading, dtype in product(((N,), (A, B)), ("uint16", "int32", "int64", "float32", "float64")):
    raw = frames.astype(dtype)
    like = lambda a: a.reshape(leading + a.shape[1:])
    path = write(
        f"corrections{len(leading)}{dtype}",
        entry__data=like(raw), entry__y=like(y), entry__x=like(x),
        dark2=dark2, darks=like(darks), flat2=flat2, flats=like(flats), i0=like(i0), monitor=like(np.stack([i0 - 1, i0 + 1], 1)),
        mask2=mask2, masks=like(masks), bits=bits, allbits=like(np.where(masks, 0, 9).astype(np.uint8)), weights2=weights2,
    )
    single = dtype in ("uint16", "float32")
    out = lambda a: a.astype(np.float32 if single else np.float64)
    f64 = raw.astype(float)
    subtracted = lambda d: np.clip(f64 - d, 0, None)
    tag = f"{leading} {dtype}: "
    k = lambda key: {"key": key}
    case(tag + "dark", scan(path, darkfield=k("dark2")), out(subtracted(dark2)), y, x)
    case(tag + "dark of each frame", scan(path, darkfield=k("darks")), out(subtracted(darks)), y, x)
    case(tag + "flat", scan(path, flatfield=k("flat2")), out(f64 / flat2), y, x)
    case(tag + "flat of each frame", scan(path, flatfield=k("flats")), out(f64 / flats), y, x)
    case(tag + "I0", scan(path, normalisation=k("i0")), out(f64 * scale[:, None, None]), y, x)
    case(tag + "I0, two readings", scan(path, normalisation=k("monitor")), out(f64 * scale[:, None, None]), y, x)
    everything = dict(darkfield=k("darks"), flatfield=k("flat2"), normalisation=k("i0"), mask=k("mask2"))
    corrected = subtracted(darks) / flat2 * scale[:, None, None]
    case(tag + "all corrections", scan(path, **everything), out(corrected), y, x, mask2)
    case(
        tag + "all corrections, cropped", scan(path, **everything, shape=[3, 4], center=[2.5, 3]),
        region(out(corrected), (2.5, 3), (3, 4)), y, x, region(mask2, (2.5, 3), (3, 4)),
    )
    case(
        tag + "all corrections, region leaves the frame", scan(path, **everything, shape=[9, 8], center=[1, 5]),
        region(out(corrected), (1, 5), (9, 8)), y, x, region(mask2, (1, 5), (9, 8)),
    )
    case(
        tag + "all corrections, box and filter",
        scan(path, **everything, positions={"skip": 3}, framefilter=k("i0")),
        out(corrected)[(np.arange(N) if len(leading) == 1 else np.arange(N).reshape(leading))[(slice(None, None, 3),) * len(leading)].ravel()],
        *(p[(np.arange(N) if len(leading) == 1 else np.arange(N).reshape(leading))[(slice(None, None, 3),) * len(leading)].ravel()] for p in (y, x)),
        mask2,
    )
    own = raw.astype(float) if dtype == "int64" else raw
    case(tag + "no correction", scan(path), own, y, x)
    case(tag + "mask", scan(path, mask=k("mask2")), own, y, x, mask2)
    case(tag + "mask of each frame", scan(path, mask=k("masks")), own, y, x, masks)
    case(tag + "inverted mask", scan(path, mask={"key": "bits", "invert": True}), own, y, x, mask2)
    case(tag + "inverted mask of each frame", scan(path, mask={"key": "allbits", "invert": True}), own, y, x, masks)
    case(tag + "weights", scan(path, mask=k("weights2")), own, y, x, weights2)

    # Padding: the frame grows first, the region counts in the padded frame
    top, bottom, left, right = 2, 1, 0, 3
    grow = lambda a: np.pad(a, [(0, 0)] * (a.ndim - 2) + [(top, bottom), (left, right)])
    padding = [top, bottom, left, right]
    inside = grow(np.ones((H, W)))
    case(tag + "padding", scan(path, padding=padding), grow(own), y, x, inside)
    case(tag + "padding, one number", scan(path, padding=2), np.pad(own, ((0, 0), (2, 2), (2, 2))), y, x, np.pad(np.ones((H, W)), 2))
    case(tag + "padding, masks", scan(path, padding=padding, mask=k("masks")), grow(own), y, x, grow(masks))
    case(tag + "padding, inverted masks", scan(path, padding=padding, mask={"key": "allbits", "invert": True}), grow(own), y, x, grow(masks))
    case(
        tag + "padding, all corrections, cropped", scan(path, padding=padding, **everything, shape=[6, 5], center=[3, 6]),
        region(grow(out(corrected)), (3, 6), (6, 5)), y, x, region(grow(mask2), (3, 6), (6, 5)),
    )
    case(
        tag + "padding, all corrections of each frame", scan(path, padding=padding, darkfield=k("darks"), flatfield=k("flats")),
        grow(out(subtracted(darks) / flats)), y, x, inside,
    )

# Outer axes
E = 3
outer = rng.integers(0, 1000, (E, N, H, W)).astype(np.uint16)
grids = rng.integers(0, 1000, (2, E, A, B, H, W)).astype(np.uint16)
outer_y, outer_x = np.stack([y + e for e in range(E)]), np.stack([x - e for e in range(E)])
path = write(
    "outer", entry__data=outer, entry__y=outer_y, entry__x=outer_x, one__y=y, one__x=x,
    dark=darks[:E].astype(float), i0=np.stack([i0, i0 + 1, i0 + 2]), mask=np.stack([masks] * 2 + [~masks]), energies=np.array([7.0, 8.0, 9.0]),
)
case("outer axis of frames and positions", scan(path, outer_index=2), outer[2], outer_y[2], outer_x[2])
case(
    "outer axis of frames only", scan(path, outer_index=1, positions={"slow_key": "one/y", "fast_key": "one/x"}), outer[1], y, x,
)
case(
    "outer axis of everything",
    scan(path, outer_index=2, darkfield={"key": "dark"}, normalisation={"key": "i0"}, mask={"key": "mask"}, recorded_energy={"key": "energies"}),
    (np.clip(outer[2] - darks[2].astype(float), 0, None)
     * np.where(np.abs(i0 - mean) < 3 * std, (mean + 2) / (i0 + 2), 1)[:, None, None]).astype(np.float32),
    outer_y[2], outer_x[2], ~masks, energy=9.0,
)
path = write("outer2", entry__data=grids, entry__y=y.reshape(A, B), entry__x=x.reshape(A, B))
case("two outer axes", scan(path, outer_index=[1, 2], positions={"skip": 2}), grids[1, 2, ::2, ::2].reshape(-1, H, W),
     y.reshape(A, B)[::2, ::2].ravel(), x.reshape(A, B)[::2, ::2].ravel())

# Columns and rows of one position dataset, factors, several files, recorded geometry, electrons
here = write("frames", entry__data=frames, distance=2.5, energy=np.array([8000.0]), psize=np.array([55.0, 75.0]), steady=np.full(N, 6.5))
there = write("motors", rows=np.stack([x, y]), columns=np.stack([y, x], 1), both=np.stack([x, y]).reshape(2, A, B))
for key, slow, fast in (("rows", 1, 0), ("columns", 0, 1), ("both", 1, 0)):
    parameters = scan(here)
    parameters["positions"] = dict(
        file=there, slow_key=key, slow_index=slow, slow_multiplier=1e-6, fast_key=key, fast_index=fast, fast_multiplier=-1e-3
    )
    parameters["recorded_distance"] = {"key": "distance", "multiplier": 0.001}
    parameters["recorded_energy"] = {"file": here, "key": "energy", "multiplier": 0.001, "offset": 0.25}
    parameters["recorded_psize"] = {"key": "psize", "multiplier": 1e-6}
    parameters["electron_data"] = True
    case(f"index of {key}", parameters, frames, y * 1e-6, x * -1e-3, energy=8.25, distance=0.0025, psize=[55e-6, 75e-6], electron_data=True)
parameters = {**parameters, "energy": 300.0, "recorded_psize": {"key": "distance", "multiplier": 1e-5}, "recorded_distance": {"key": "steady"}}
case("what the file records rules", parameters, frames, y * 1e-6, x * -1e-3, energy=8.25, distance=6.5, psize=[2.5e-5, 2.5e-5], electron_data=True)
theory = [[i * 1e-6, -i * 1e-6] for i in range(8)]
case("positions_theory", {"intensities": {"file": here, "key": "entry/data"}, "positions_theory": theory},
     frames[:8], np.array(theory)[:, 0], np.array(theory)[:, 1])

json.dump(cases, sys.stdout)
