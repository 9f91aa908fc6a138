"""Runs Python code for tests: requests and answers are lines of JSON in two pipes, each request a process of its own."""
import gc
import json
import os
import sys
import traceback

import h5py
import numpy as np


def answer(code, argument):
    scope = dict(np=np, h5py=h5py, json=json, argument=argument, result=None)
    try:
        exec(code, scope)
        return {'result': scope['result']}
    except BaseException:
        return {'error': traceback.format_exc()}


with open(sys.argv[1]) as requests, open(sys.argv[2], 'w') as answers:
    for line in requests:
        child = os.fork()
        if child == 0:
            text = json.dumps(answer(*json.loads(line)))
            # Files that nobody closed are written.
            gc.collect()
            answers.write(text + '\n')
            answers.flush()
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            answers.write('{"error": "the Python program crashed"}\n')
            answers.flush()
