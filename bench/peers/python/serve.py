"""Answers lines of JSON with lines of JSON, as peers/serve.ts does. The time is taken here, so that the pipe is in no figure."""

import json
import os
import sys
import time

import numpy as np


class Task:
    """A workload and its data, read from the files that the bench wrote."""

    def __init__(self, folder, dtype):
        with open(os.path.join(folder, "task.json")) as file:
            spec = json.load(file)
        self.layers = spec["layers"]
        self.optimizer = spec["optimizer"]
        self.batch_size = spec["batchSize"]
        self.batch_norm = spec.get("batchNorm", False)
        self.updates = spec["updates"]
        self.rows = spec["rows"]
        self.x = self._matrix(folder, "x", dtype, self.rows)
        self.y = self._matrix(folder, "y", dtype, self.rows)
        self.classes = self.y.shape[1] if self.y.shape[1] > 1 else 2
        self.labels = self.y.argmax(1) if self.y.shape[1] > 1 else self.y[:, 0].astype(int)
        parameters = np.fromfile(os.path.join(folder, "parameters.f32"), np.float32).astype(dtype)
        self.initial = []
        at = 0
        for layer in self.layers:
            inputs, units = layer["inputs"], layer["units"]
            W = parameters[at : at + inputs * units].reshape(units, inputs)
            at += inputs * units
            self.initial.append((W, parameters[at : at + units], layer["activation"]))
            at += units

    def batches(self):
        return [slice(at, min(at + self.batch_size, self.rows)) for at in range(0, self.rows, self.batch_size)]

    @staticmethod
    def _matrix(folder, name, dtype, rows):
        values = np.fromfile(os.path.join(folder, f"{name}.f32"), np.float32)
        return np.ascontiguousarray(values.reshape(rows, -1), dtype)


def serve(create, version):
    """`create(task, dtype)` gives an object with train(steps) and predict(rows)."""
    folder, dtype = sys.argv[1:3]
    task = Task(folder, np.dtype(dtype))
    run = None
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        try:
            if request["do"] == "version":
                answer["version"] = version
            elif request["do"] == "create":
                run = create(task)
            elif request["do"] == "train":
                start = time.perf_counter()
                run.train(request["steps"])
                answer["seconds"] = time.perf_counter() - start
            elif request["do"] == "endToEnd":
                start = time.perf_counter()
                for _ in range(request["times"]):
                    run = create(task)
                    run.train(task.updates)
                answer["seconds"] = time.perf_counter() - start
            elif request["do"] == "predict":
                answer["outputs"] = np.asarray(run.predict(request["rows"]), float).ravel().tolist()
        except Exception as error:
            answer = {"error": repr(error)}
        print(json.dumps(answer), flush=True)
