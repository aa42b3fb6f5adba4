"""The usual training loop written by hand with NumPy: samples are rows, one matrix product per equation."""

import numpy as np

from serve import serve


def activate(activation, Z):
    if activation == "relu":
        return np.maximum(Z, 0)
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-Z))
    E = np.exp(Z - Z.max(1, keepdims=True))
    return E / E.sum(1, keepdims=True)


def slope(activation, A):
    return A > 0 if activation == "relu" else A * (1 - A)


class Sgd:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def update(self, parameters, gradients):
        for p, g in zip(parameters, gradients):
            p -= self.learning_rate * g


class Adam:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate
        self.t = 0
        self.moments = None

    def update(self, parameters, gradients):
        if self.moments is None:
            self.moments = [(np.zeros_like(p), np.zeros_like(p)) for p in parameters]
        self.t += 1
        rate = self.learning_rate / (1 - 0.9**self.t)
        correction = 1 / (1 - 0.999**self.t) ** 0.5
        for p, g, (m, v) in zip(parameters, gradients, self.moments):
            m *= 0.9
            m += 0.1 * g
            v *= 0.999
            v += 0.001 * (g * g)
            p -= rate * m / (np.sqrt(v) * correction + 1e-8)


class Run:
    def __init__(self, task):
        self.task = task
        self.activations = [activation for _, _, activation in task.initial]
        self.W = [np.ascontiguousarray(W.T) for W, _, _ in task.initial]
        self.b = [b.copy() for _, b, _ in task.initial]
        self.optimizer = {"sgd": Sgd, "adam": Adam}[task.optimizer["kind"]](task.optimizer["learningRate"])
        self.batches = task.batches()

    def forward(self, A):
        outputs = []
        for W, b, activation in zip(self.W, self.b, self.activations):
            A = activate(activation, A @ W + b)
            outputs.append(A)
        return outputs

    def step(self, x, y):
        A = self.forward(x)
        dZ = (A[-1] - y) / len(x)
        dW, db = [], []
        for i in reversed(range(len(self.W))):
            below = A[i - 1] if i else x
            dW.insert(0, below.T @ dZ)
            db.insert(0, dZ.sum(0))
            if i:
                dZ = (dZ @ self.W[i].T) * slope(self.activations[i - 1], below)
        self.optimizer.update(self.W + self.b, dW + db)

    def train(self, steps):
        for step in range(steps):
            rows = self.batches[step % len(self.batches)]
            self.step(self.task.x[rows], self.task.y[rows])

    def predict(self, rows):
        return self.forward(self.task.x[:rows])[-1]


serve(Run, np.__version__)
