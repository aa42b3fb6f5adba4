"""scikit-learn's MLPClassifier: one partial_fit per epoch."""

import warnings

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

from serve import serve

warnings.filterwarnings("ignore")


class Run:
    def __init__(self, task):
        self.task = task
        hidden = task.initial[:-1]
        self.model = MLPClassifier(
            hidden_layer_sizes=[len(b) for _, b, _ in hidden],
            activation={"relu": "relu", "sigmoid": "logistic"}[hidden[0][2]],
            solver=task.optimizer["kind"],
            learning_rate_init=task.optimizer["learningRate"],
            batch_size=task.batch_size,
            alpha=0,
            momentum=0,
            nesterovs_momentum=False,
            shuffle=False,
        )
        self.classes = np.arange(task.classes)
        # The first call makes the coefficients; they and the optimizer's state are then set back to the start.
        head = task.batch_size
        self.model.partial_fit(task.x[:head], task.labels[:head], classes=self.classes)
        for i, (W, b, _) in enumerate(task.initial):
            self.model.coefs_[i][:] = W.T
            self.model.intercepts_[i][:] = b
        del self.model._optimizer

    def train(self, steps):
        batches = -(-self.task.rows // self.task.batch_size)
        if steps < batches:
            rows = steps * self.task.batch_size
            self.model.partial_fit(self.task.x[:rows], self.task.labels[:rows])
        for _ in range(steps // batches):
            self.model.partial_fit(self.task.x, self.task.labels)

    def predict(self, rows):
        p = self.model.predict_proba(self.task.x[:rows])
        return p if len(self.classes) > 2 else p[:, 1]


serve(Run, sklearn.__version__)
