"""One training step of a plain network in PyTorch, timed on request.

Reads a line of JSON with the network, its weights and a batch, and answers with its version; then answers each line
{"steps": N} with the milliseconds and the losses of N steps, and {"weights": true} with the weights, until its input
ends. With "epsilons", one for each step, Adam takes those in place of its own.
"""
import array
import base64
import json
import sys
import time

import torch
from torch.nn import functional


def tensor(given):
    values = torch.frombuffer(bytearray(base64.b64decode(given['values'])), dtype=torch.float32)
    return values.reshape(given['shape'])


def text(values):
    return base64.b64encode(array.array('f', values.flatten().tolist()).tobytes()).decode()


def answer(**fields):
    print(json.dumps(fields), flush=True)


class Plain(torch.nn.Module):
    """Convolutions of stride 1 that keep the size, activations, additions and the pixel shuffle."""

    def __init__(self, operations, weights):
        super().__init__()
        self.operations = operations
        self.weights = weights
        for name, weight in weights.items():
            self.register_parameter(name, weight)

    def forward(self, lr):
        values = {'lr': lr}
        for operation in self.operations:
            inputs = [self.weights[i] if i in self.weights else values[i] for i in operation['inputs']]
            values[operation['output']] = self.apply_one(operation['operator'], operation['argument'], *inputs)
        return values['sr']

    @staticmethod
    def apply_one(operator, argument, *inputs):
        if operator == 'conv2d':
            return functional.conv2d(*inputs, padding=inputs[1].shape[2] // 2)
        if operator == 'relu':
            return functional.relu(*inputs)
        if operator == 'leakyrelu':
            return functional.leaky_relu(*inputs, argument)
        if operator == 'tanh':
            return torch.tanh(*inputs)
        if operator == 'add':
            return inputs[0] + inputs[1]
        if operator == 'depth_to_space':
            return functional.pixel_shuffle(*inputs, int(argument))
        raise ValueError('expected an operator of a plain network, received ' + operator)


def to_torch(weight):
    """Of [kH,kW,iC,oC] to [oC,iC,kH,kW]."""
    return weight.permute(3, 2, 0, 1).contiguous() if weight.dim() == 4 else weight


def from_torch(weight):
    return weight.permute(2, 3, 1, 0) if weight.dim() == 4 else weight


def main():
    setup = json.loads(sys.stdin.readline())
    torch.set_num_threads(setup['threads'])
    weights = {name: torch.nn.Parameter(to_torch(tensor(given))) for name, given in setup['weights'].items()}
    network = Plain(setup['operations'], weights)
    optimizer = torch.optim.Adam(network.parameters(), lr=setup['learningRate'])
    lr, hr = tensor(setup['lr']), tensor(setup['hr'])

    epsilon = optimizer.param_groups[0]['eps']

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = functional.mse_loss(network(lr), hr)
        loss.backward()
        optimizer.step()
        return loss.item()

    answer(version=torch.__version__)
    for line in sys.stdin:
        request = json.loads(line)
        if 'weights' in request:
            answer(weights={name: text(from_torch(weight)) for name, weight in weights.items()})
            continue
        milliseconds, losses = [], []
        for i in range(request['steps']):
            optimizer.param_groups[0]['eps'] = request['epsilons'][i] if 'epsilons' in request else epsilon
            start = time.perf_counter()
            losses.append(step())
            milliseconds.append(1000 * (time.perf_counter() - start))
        answer(milliseconds=milliseconds, losses=losses)


try:
    main()
except Exception as failure:  # The other side shows it; a traceback would be lost.
    answer(error=type(failure).__name__ + ': ' + str(failure))
    sys.exit(1)
