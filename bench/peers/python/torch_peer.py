"""PyTorch on as many threads as OMP_NUM_THREADS says: a sequential module, its loss on logits, its optimizer."""

import os

import torch
from torch import nn

from serve import serve

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
ACTIVATIONS = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid}
OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}


class Run:
    def __init__(self, task):
        modules = [nn.BatchNorm1d(task.x.shape[1])] if task.batch_norm else []
        for W, b, activation in task.initial:
            linear = nn.Linear(W.shape[1], W.shape[0])
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(W))
                linear.bias.copy_(torch.from_numpy(b))
            modules += [linear, ACTIVATIONS.get(activation, nn.Identity)()]
        self.softmax = task.initial[-1][2] == "softmax"
        self.model = nn.Sequential(*modules[:-1])
        self.loss = nn.CrossEntropyLoss() if self.softmax else nn.BCEWithLogitsLoss()
        kind, learning_rate = task.optimizer["kind"], task.optimizer["learningRate"]
        self.optimizer = OPTIMIZERS[kind](self.model.parameters(), lr=learning_rate)
        self.x = torch.from_numpy(task.x)
        y = torch.from_numpy(task.labels) if self.softmax else torch.from_numpy(task.y)
        self.batches = [(self.x[rows], y[rows]) for rows in task.batches()]

    def train(self, steps):
        self.model.train()
        for step in range(steps):
            x, y = self.batches[step % len(self.batches)]
            self.optimizer.zero_grad(set_to_none=True)
            self.loss(self.model(x), y).backward()
            self.optimizer.step()

    def predict(self, rows):
        self.model.eval()
        with torch.no_grad():
            logits = self.model(self.x[:rows])
            return torch.softmax(logits, 1) if self.softmax else torch.sigmoid(logits)


serve(Run, torch.__version__)
