"""A detector that writes HDF5 in SWMR mode. Arguments: target, frames, pixels, frames a second, file of times.

Each line of the times: number of the frame, seconds since the epoch when it was complete on the disk.
"""
import sys
import time

import h5py
import numpy as np

target, count, pixels, rate, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), sys.argv[5]
random = np.random.default_rng(0)
frames = random.poisson(3, (16, pixels, pixels)).astype('u2')
angle = np.arange(count) * 2.4
radius = np.sqrt(np.arange(count)) * 2e-7
with h5py.File(target, 'w', libver='latest') as f, open(times, 'w') as log:
    data = f.create_dataset(
        'data', shape=(count, pixels, pixels), chunks=(1, pixels, pixels), dtype='u2'
    )
    keys = f.create_dataset('keys', shape=(count,), chunks=(min(count, 1024),), dtype='i8')
    f['y'], f['x'] = radius * np.sin(angle), radius * np.cos(angle)
    f.swmr_mode = True
    start = time.monotonic()
    for i in range(count):
        time.sleep(max(0, start + i / rate - time.monotonic()))
        data[i] = frames[i % 16]
        data.flush()
        keys[i] = 1
        keys.flush()
        print(i, time.time(), file=log)
