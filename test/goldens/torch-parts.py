"""
Computes torch-parts.json with PyTorch in float64: training runs of the parts that torch.json does not have.

    python3 test/goldens/torch-parts.py > test/goldens/torch-parts.json

It was run with PyTorch 1.13.1, whose NAdam counts the momentum of a step twice; the formula of PyTorch 2 stands below.
"""

import json
import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
INPUTS, HIDDEN, OUTPUTS, ROWS, BATCH, EPOCHS = 4, 6, 3, 22, 8, 2


class NAdam2(torch.optim.Optimizer):
    """torch.optim.NAdam of PyTorch 2."""

    def __init__(self, params, lr=0.002, betas=(0.9, 0.999), eps=1e-8, momentum_decay=0.004):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, momentum_decay=momentum_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state.update(t=0, product=1.0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                state["t"] += 1
                t, decay = state["t"], group["momentum_decay"]
                mu = beta1 * (1 - 0.5 * 0.96 ** (t * decay))
                next_mu = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * decay))
                state["product"] *= mu
                state["m"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                state["v"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                root = (state["v"] / (1 - beta2**t)).sqrt() + group["eps"]
                product = state["product"]
                p.addcdiv_(p.grad, root, value=-group["lr"] * (1 - mu) / (1 - product))
                p.addcdiv_(state["m"], root, value=-group["lr"] * next_mu / (1 - product * next_mu))


class Scale(nn.Module):
    """A learnt factor for each feature."""

    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))

    def forward(self, x):
        return x * self.weight


class HardSigmoid(nn.Module):
    """clip(alpha * z + 1/2)"""

    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, z):
        return torch.clamp(self.alpha * z + 0.5, 0, 1)


class Exponential(nn.Module):
    def forward(self, z):
        return torch.exp(z)


def pinball(a, y, q):
    return torch.maximum(q * (y - a), (q - 1) * (y - a)).mean()


def focal(z, y, gamma):
    """sigmoid_focal_loss of torchvision without alpha."""
    p = torch.sigmoid(z)
    entropy = F.binary_cross_entropy_with_logits(z, y, reduction="none")
    return ((1 - (p * y + (1 - p) * (1 - y))) ** gamma * entropy).mean()


SGD = {"type": "sgd", "learningRate": 0.1}
DENSE = {"type": "dense", "units": OUTPUTS, "activation": "linear"}


def hidden(activation):
    return [{"type": "dense", "units": HIDDEN, "activation": activation}, DENSE]


def between(layer):
    return [{"type": "dense", "units": HIDDEN, "activation": "tanh"}, layer, DENSE]


MSE = lambda a, y: F.mse_loss(a, y)
# name, layers of densely, modules of PyTorch between the two Linear, loss of densely, loss of PyTorch, optimizer of densely, of PyTorch
CASES = []


def case(name, layers=None, middle=None, loss="meanSquaredError", loss_of=MSE, targets="numbers", last="linear", optimizer=SGD,
         optimizer_of=lambda p: torch.optim.SGD(p, 0.1)):
    layers = layers or hidden("tanh")
    if last != "linear":
        layers = layers[:-1] + [{**DENSE, "activation": last}]
    CASES.append((name, layers, middle or [nn.Tanh()], loss, loss_of, targets, optimizer, optimizer_of))


case("loss quantile", loss={"type": "quantile", "q": 0.9}, loss_of=lambda a, y: pinball(a, y, 0.9))
case("loss focal", loss={"type": "focal", "gamma": 1.5}, loss_of=lambda z, y: focal(z, y, 1.5), targets="bits", last="sigmoid")
case("loss cosineSimilarity", loss="cosineSimilarity", loss_of=lambda a, y: -F.cosine_similarity(a, y).mean())
for name, activation, module in [
    ("leakyRelu 0.3", {"type": "leakyRelu", "alpha": 0.3}, nn.LeakyReLU(0.3)),
    ("elu 0.5", {"type": "elu", "alpha": 0.5}, nn.ELU(0.5)),
    ("hardSigmoid 0.2", {"type": "hardSigmoid", "alpha": 0.2}, HardSigmoid(0.2)),
    ("relu6", "relu6", nn.ReLU6()),
    ("hardSwish", "hardSwish", nn.Hardswish()),
    ("exponential", "exponential", Exponential()),
]:
    case(f"activation {name}", hidden(activation), [module])
case("layer prelu", between({"type": "prelu"}), [nn.Tanh(), nn.PReLU(HIDDEN)])
case("layer scale", between({"type": "scale"}), [nn.Tanh(), Scale(HIDDEN)])
case("layer batchNorm", between({"type": "batchNorm", "momentum": 0.2, "epsilon": 1e-3}),
     [nn.Tanh(), nn.BatchNorm1d(HIDDEN, eps=1e-3, momentum=0.2)])
case("layer layerNorm", between({"type": "layerNorm", "epsilon": 1e-3}), [nn.Tanh(), nn.LayerNorm(HIDDEN, eps=1e-3)])
case("optimizer adamax", optimizer={"type": "adamax", "learningRate": 0.01}, optimizer_of=lambda p: torch.optim.Adamax(p, 0.01))
case("optimizer nadam", optimizer={"type": "nadam", "learningRate": 0.01}, optimizer_of=lambda p: NAdam2(p, 0.01))


def rounded(tensor):
    """The numbers of a tensor, row by row, with ten digits: of data and first parameters, float32 reads the same from them."""
    return [float(f"{value:.10g}") for value in tensor.detach().flatten().tolist()]


def data(seed, rows, cols):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(rows, cols, generator=generator).float().double()


def names(model):
    """The parameters of densely by name: W1, b1, gamma1, ..."""
    counts, result = {}, {}
    for module in model:
        pairs = {
            nn.Linear: (("W", "weight"), ("b", "bias")),
            nn.PReLU: (("alpha", "weight"),),
            Scale: (("scale", "weight"),),
            nn.BatchNorm1d: (("gamma", "weight"), ("beta", "bias"), ("mean", "running_mean"), ("variance", "running_var")),
            nn.LayerNorm: (("gamma", "weight"), ("beta", "bias")),
        }.get(type(module), ())
        for role, field in pairs:
            counts[role] = counts.get(role, 0) + 1
            result[f"{role}{counts[role]}"] = getattr(module, field)
    return result


def run(name, layers, middle, loss, loss_of, targets, optimizer, optimizer_of):
    torch.manual_seed(7)
    model = nn.Sequential(nn.Linear(INPUTS, HIDDEN), *middle, nn.Linear(HIDDEN, OUTPUTS))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.float().double())
    x = data(1, ROWS, INPUTS)
    y = data(2, ROWS, OUTPUTS) if targets == "numbers" else (data(2, ROWS, OUTPUTS) > 0.8).double()
    case = {"name": name, "inputs": INPUTS, "layers": layers, "loss": loss, "optimizer": optimizer, "batchSize": BATCH, "epochs": EPOCHS}
    case["x"], case["y"] = rounded(x), rounded(y)
    case["initial"] = {key: rounded(value) for key, value in names(model).items()}

    # In the mode of predictions: the gradient of each output by the inputs.
    model.eval()
    rows = x[:BATCH].clone().requires_grad_(True)
    last = torch.sigmoid if targets == "bits" else (lambda z: z)
    slopes = [torch.autograd.grad(last(model(rows))[:, output].sum(), rows)[0] for output in range(OUTPUTS)]
    case["outputGradients"] = [rounded(slope) for slope in slopes]

    model.train()
    steps = []
    update = optimizer_of(list(model.parameters()))
    for _ in range(EPOCHS):
        for first in range(0, ROWS, BATCH):
            value = loss_of(model(x[first:first + BATCH]), y[first:first + BATCH])
            update.zero_grad()
            value.backward()
            update.step()
            steps.append(value.item())
    case["losses"] = steps
    case["final"] = {key: rounded(value) for key, value in names(model).items()}
    return case


lines = ",\n".join(json.dumps(run(*each), separators=(",", ":")) for each in CASES)
print(f"[\n{lines}\n]")
