"""Plays the frames of a .ptyd as a detector does that writes HDF5 in SWMR mode: arguments source, target, frames a second, and a file
that is waited for when half of them are there."""
import os
import sys
import time

import h5py
import numpy as np

source, target, rate, go = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]
with h5py.File(source, 'r') as f:
    chunks = [f['chunks'][name] for name in sorted(f['chunks'], key=int)]
    frames = np.concatenate([chunk['data'][:] for chunk in chunks])
    positions = np.concatenate([chunk['positions'][:] for chunk in chunks])

count, rows, cols = frames.shape
with h5py.File(target, 'w', libver='latest') as f:
    data = f.create_dataset(
        'entry/data', shape=(0, rows, cols), maxshape=(None, rows, cols), chunks=(1, rows, cols), dtype=frames.dtype
    )
    # As long as the scan from the start; zero where nothing is complete yet.
    keys = f.create_dataset('entry/keys', shape=(count,), maxshape=(None,), dtype='int64')
    f['entry/y'] = positions[:, 0]
    f['entry/x'] = positions[:, 1]
    f.swmr_mode = True
    start = time.monotonic()
    for i, frame in enumerate(frames):
        while 2 * i >= count and not os.path.exists(go):
            time.sleep(0.01)
        due = start + i / rate
        time.sleep(max(0, due - time.monotonic()))
        data.resize(i + 1, axis=0)
        data[i] = frame
        data.flush()
        keys[i] = i + 1
        keys.flush()
print('%d frames in %.1f s' % (count, time.monotonic() - start))
