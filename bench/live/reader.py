"""Notes when each frame of a growing .ptyd can be read. Arguments: the .ptyd, frames, file of times as the detector's."""
import sys
import time

import h5py

path, count, times = sys.argv[1], int(sys.argv[2]), sys.argv[3]
known = set()
found = 0
with open(times, 'w') as log:
    while found < count:
        try:
            with h5py.File(path, 'r') as f:
                for name in sorted(f['chunks'], key=int):
                    if name in known:
                        continue
                    chunk = f['chunks'].get(name)
                    if chunk is None:
                        break
                    chunk['data'][-1]
                    now = time.time()
                    known.add(name)
                    for i in chunk['indices'][:]:
                        print(i, now, file=log)
                        found += 1
        except FileNotFoundError:
            pass
        time.sleep(0.005)
