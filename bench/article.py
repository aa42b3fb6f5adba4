"""The article's training in NumPy float64, corrected and otherwise as printed: python3 article.py FOLDER EPOCHS LR SIZES..."""

import json
import os
import sys
import time

import numpy as np


def init_params(layer_dims):
    np.random.seed(3)
    params = {}
    for l in range(1, len(layer_dims)):
        params["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * 0.01
        params["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return params


def sigmoid(Z):
    A = 1 / (1 + np.exp(-Z))
    return A, Z


def forward_prop(X, params):
    A = X
    caches = []
    for l in range(1, len(params) // 2 + 1):
        A_prev = A
        Z = np.dot(params["W" + str(l)], A_prev) + params["b" + str(l)]
        linear_cache = (A_prev, params["W" + str(l)], params["b" + str(l)])
        A, activation_cache = sigmoid(Z)
        caches.append((linear_cache, activation_cache))
    return A, caches


def cost_function(A, Y):
    return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / Y.shape[1]


def one_layer_backward(dA, cache):
    (A_prev, W, _), Z = cache
    A, _ = sigmoid(Z)
    dZ = dA * A * (1 - A)
    m = A_prev.shape[1]
    dW = (1 / m) * np.dot(dZ, A_prev.T)
    db = (1 / m) * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


def backprop(AL, Y, caches):
    grads = {}
    dA = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in reversed(range(1, len(caches) + 1)):
        dA, grads["dW" + str(l)], grads["db" + str(l)] = one_layer_backward(dA, caches[l - 1])
        grads["dA" + str(l - 1)] = dA
    return grads


def update_parameters(params, grads, learning_rate):
    for name in params:
        params[name] = params[name] - learning_rate * grads["d" + name]
    return params


def train(X, Y, layer_dims, epochs, lr):
    params = init_params(layer_dims)
    cost_history = []
    for _ in range(epochs):
        Y_hat, caches = forward_prop(X, params)
        cost_history.append(cost_function(Y_hat, Y))
        grads = backprop(Y_hat, Y, caches)
        params = update_parameters(params, grads, lr)
    return params, cost_history


def matrix(folder, name, features):
    return np.fromfile(os.path.join(folder, name)).reshape(features, -1)


if __name__ == "__main__":
    folder, epochs, lr = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    layer_dims = [int(size) for size in sys.argv[4:]]
    X = matrix(folder, "X.f64", layer_dims[0])
    Y = matrix(folder, "Y.f64", layer_dims[-1])
    train(X, Y, layer_dims, 1, lr)
    start = time.perf_counter()
    _, cost_history = train(X, Y, layer_dims, epochs, lr)
    print(json.dumps({"seconds": time.perf_counter() - start, "cost": cost_history[-1]}))
