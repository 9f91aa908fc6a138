"""Polls a growing .ptyd with h5py until a file says stop; prints what it met as JSON: polls, frames, errors."""
import json
import os
import sys
import time

import h5py

path, stop = sys.argv[1:3]
polls = absent = frames = 0
errors = []
known = {}
while True:
    last = os.path.exists(stop)
    polls += 1
    try:
        with h5py.File(path, 'r') as f:
            chunks = f['chunks']
            for name in chunks:
                if name in known:
                    continue
                # A link whose file is not there yet.
                chunk = chunks.get(name)
                if chunk is None:
                    continue
                first = [int(frame[0, 0]) for frame in chunk['data'][:]]
                if len(chunk['positions']) != len(first) or len(chunk['indices']) != len(first):
                    raise ValueError('chunk %s is not whole' % name)
                if first != [1 + 10000 * int(i) for i in chunk['indices']]:
                    raise ValueError('chunk %s holds other frames than it says' % name)
                known[name] = len(first)
    except FileNotFoundError:
        absent += 1
    except Exception as error:
        errors.append('%s: %s' % (type(error).__name__, error))
    if last:
        break
    if polls == 30:
        print('polled', flush=True)
    time.sleep(0.005)
print(json.dumps({'polls': polls, 'absent': absent, 'frames': sum(known.values()), 'errors': errors[:5], 'count': len(errors)}))
