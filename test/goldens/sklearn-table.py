"""
Computes sklearn-table.json with scikit-learn: scaling, one-hot, measures and permutation importance.

    python3 test/goldens/sklearn-table.py > test/goldens/sklearn-table.json

It was run with scikit-learn 1.2.1.
"""

import json
import random
import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    confusion_matrix,
    log_loss,
    mean_absolute_error,
    mean_squared_error,
    precision_recall_fscore_support,
    r2_score,
)
from sklearn.preprocessing import OneHotEncoder, RobustScaler

random.seed(16)


def numbers():
    """Columns of numbers: their statistics, z = (x - median) / IQR, and what stands for a missing one."""
    columns = {
        "even": [random.gauss(50, 20) for _ in range(24)],
        "odd": [random.gauss(-3, 0.5) for _ in range(31)],
        "skewed": [random.lognormvariate(2, 1.5) for _ in range(40)],
        "whole": [random.randint(0, 9) for _ in range(23)],
        "large": [1e9 + random.random() for _ in range(17)],
        "gaps": [None if i % 5 == 3 else random.uniform(-1, 7) for i in range(29)],
    }
    found = {}
    for name, values in columns.items():
        values = [None if x is None else round(x, 6) for x in values]
        x = np.array([[np.nan if v is None else v] for v in values], dtype=float)
        scaler = RobustScaler().fit(x)
        imputed = SimpleImputer(strategy="median").fit_transform(x)
        found[name] = {
            "values": values,
            "center": scaler.center_[0],
            "scale": scaler.scale_[0],
            "scaled": scaler.transform(imputed).ravel().tolist(),
        }
    return found


def categories():
    """One column for each level in the order of scikit-learn, by text; levels that no training row has are zeros."""
    levels = ["pear", "fig", "Apple", "9", "plum"]
    training = random.choices(levels, weights=[5, 4, 3, 2, 1], k=40)
    new = ["fig", "kiwi", "plum", "pear", "9", "Apple"]
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit([[v] for v in training])
    pair = OneHotEncoder(drop="if_binary", sparse_output=False)
    both = random.choices(["yes", "no"], k=15)
    return {
        "training": training,
        "new": new,
        "levels": encoder.categories_[0].tolist(),
        "encoded": encoder.transform([[v] for v in new]).astype(int).tolist(),
        "pair": {
            "values": both,
            "encoded": pair.fit_transform([[v] for v in both]).astype(int).ravel().tolist(),
            "levels": pair.categories_[0].tolist(),
        },
    }


def classification():
    """Measures of four classes: one that is never predicted, and one that is predicted but not there."""
    rows, classes = 60, 4
    actual = [random.choices(range(3), weights=[6, 3, 2])[0] for _ in range(rows)]
    weights = []
    for y in actual:
        row = [random.expovariate(1) for _ in range(classes)]
        row[y] += 0.7
        row[2] *= 0.1
        weights.append(row)
    p = np.array(weights)
    p = p / p.sum(axis=1, keepdims=True)
    p[0] = [0, 1, 0, 0] if actual[0] != 1 else [1, 0, 0, 0]
    predicted = p.argmax(axis=1)
    labels = list(range(classes))
    precision, recall, f1, support = precision_recall_fscore_support(actual, predicted, labels=labels, zero_division=0)
    return {
        "actual": actual,
        "probabilities": p.tolist(),
        "predicted": predicted.tolist(),
        "accuracy": accuracy_score(actual, predicted),
        "balancedAccuracy": balanced_accuracy_score(actual, predicted),
        "logLoss": log_loss(actual, p, labels=labels, eps=1e-15),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "confusion": confusion_matrix(actual, predicted, labels=labels).tolist(),
    }


def regression():
    actual = [random.gauss(100, 30) for _ in range(50)]
    predicted = [0.8 * y + random.gauss(15, 10) for y in actual]
    return {
        "actual": actual,
        "predicted": predicted,
        "r2": r2_score(actual, predicted),
        "rootMeanSquaredError": mean_squared_error(actual, predicted, squared=False),
        "meanAbsoluteError": mean_absolute_error(actual, predicted),
    }


def importances(model, x, y):
    model.fit(x, y)
    found = permutation_importance(model, x, y, n_repeats=200, random_state=0)
    return {
        "score": model.score(x, y),
        "mean": found.importances_mean.tolist(),
        "deviation": found.importances_std.tolist(),
    }


def importance():
    """Permutation importance of models that are linear in truth, so that any good model has nearly the same."""
    x = np.array([[round(random.uniform(-1, 1), 4) for _ in range(4)] for _ in range(200)])
    number = (3 * x[:, 0] - 2 * x[:, 1] + 0.7 * x[:, 2]).round(6)
    label = (2 * x[:, 0] + x[:, 1] > 0).astype(int)
    return {
        "x": x.tolist(),
        "number": {"y": number.tolist(), **importances(LinearRegression(), x, number)},
        "label": {"y": label.tolist(), **importances(LogisticRegression(C=1000), x, label)},
    }


print(
    json.dumps(
        {
            "numbers": numbers(),
            "categories": categories(),
            "classification": classification(),
            "regression": regression(),
            "importance": importance(),
        }
    )
)
