#!/usr/bin/env python3
"""The peers of Farsight's blocks in PyTorch eager, float32 without TF32, timed on one device.

Writes a CSV row for every case and pass; beside.py puts it next to Farsight's sweeps. Every block is written as
its users write it: 1x1 convolutions and products of [B, C, H, W].
"""
import argparse
import csv
import datetime
import statistics
import time

import torch
from torch.nn import functional as F


def conv(x, weight):
    return F.conv2d(x, weight)


def latentgnn(x, w):
    """Asymmetric, one kernel, no norm layers, no graph convolution, with residual (blocks as released)."""
    v2l = F.normalize(conv(x, w["down_v2l"]), dim=1)
    l2v = F.normalize(conv(x, w["down_l2v"]), dim=1)
    b, _, height, width = v2l.shape
    n = height * width
    gather = F.normalize(F.relu_(conv(v2l, w["psi_v2l"])).view(b, -1, n), dim=2)
    scatter = F.normalize(F.relu_(conv(l2v, w["psi_l2v"])).view(b, -1, n), dim=1)
    latent = torch.bmm(gather, v2l.view(b, -1, n).permute(0, 2, 1))
    unit = F.normalize(latent, dim=-1)
    affinity = torch.softmax(torch.bmm(unit, unit.permute(0, 2, 1)), dim=-1)
    visible = torch.bmm(torch.bmm(affinity, latent).permute(0, 2, 1), scatter).view(b, -1, height, width)
    return x + conv(visible, w["up"]) * w["gamma"]


def nonlocal_rows(x, w):
    b, _, height, width = x.shape
    return [conv(x, w[name]).view(b, -1, height * width).permute(0, 2, 1) for name in ("theta", "phi", "g")]


def nonlocal_full(x, w):
    theta, phi, g = nonlocal_rows(x, w)
    weights = torch.softmax(torch.bmm(theta, phi.permute(0, 2, 1)) * theta.shape[-1] ** -0.5, dim=-1)
    return nonlocal_out(x, w, torch.bmm(weights, g))


def nonlocal_streaming(x, w):
    theta, phi, g = (t.contiguous().unsqueeze(1) for t in nonlocal_rows(x, w))
    return nonlocal_out(x, w, F.scaled_dot_product_attention(theta, phi, g).squeeze(1))


def nonlocal_out(x, w, y):
    grid = y.permute(0, 2, 1).contiguous().view(x.shape[0], -1, *x.shape[2:])
    return x + conv(grid, w["out"])


def gc(x, w):
    b, c, height, width = x.shape
    mask = torch.softmax(conv(x, w["mask"]).view(b, 1, height * width), dim=2).unsqueeze(-1)
    context = torch.matmul(x.view(b, 1, c, height * width), mask).view(b, c, 1, 1)
    narrow = conv(context, w["narrow"])
    return x + conv(F.relu_(F.layer_norm(narrow, narrow.shape[1:])), w["wide"])


def weights(device, **shapes):
    """Normal, small enough that nothing saturates; a shape of one number is a vector."""
    made = {}
    for name, (out, *of) in shapes.items():
        shape = (out, of[0], 1, 1) if of else (out,)
        made[name] = (torch.randn(shape, device=device) * (of[0] if of else 1) ** -0.5).requires_grad_()
    return made


BLOCKS = {
    "latentgnn": (latentgnn, lambda c, d: dict(down_v2l=(c // 4, c), down_l2v=(c // 4, c), psi_v2l=(d, c // 4),
                                               psi_l2v=(d, c // 4), up=(c, c // 4), gamma=(1,))),
    "nonlocal": (nonlocal_full, lambda c, d: dict(theta=(c // 2, c), phi=(c // 2, c), g=(c // 2, c), out=(c, c // 2))),
    "nonlocal-streaming": (nonlocal_streaming, lambda c, d: dict(theta=(c // 2, c), phi=(c // 2, c), g=(c // 2, c),
                                                                 out=(c, c // 2))),
    "gc": (gc, lambda c, d: dict(mask=(1, c), narrow=(c // 16, c), wide=(c, c // 16))),
}


def grid(n):
    """The grid of n positions that is nearest to a square."""
    height = max(h for h in range(1, int(n ** 0.5) + 1) if n % h == 0)
    return height, n // height


def timed(run, device, seconds):
    """Wall times in ns, the device idle at both ends of each run; the first runs do not count."""
    cuda = device.type == "cuda"
    if cuda:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated() if cuda else 0
    walls, end = [], 0.0
    for i in range(3 + 1000):
        if cuda:
            torch.cuda.synchronize()
        start = time.perf_counter_ns()
        run()
        if cuda:
            torch.cuda.synchronize()
        if i == 3:
            end = time.perf_counter() + seconds
        if i >= 3:
            walls.append(time.perf_counter_ns() - start)
            if len(walls) >= 5 and time.perf_counter() > end:
                break
    return walls, torch.cuda.max_memory_allocated() - before if cuda else -1


def block_case(name, n, channels, latent, backward, device):
    function, shapes = BLOCKS[name]
    w = weights(device, **shapes(channels, latent))
    x = torch.randn(1, channels, *grid(n), device=device, requires_grad=backward)
    dy = torch.randn_like(x)
    if backward:
        return lambda: torch.autograd.grad(function(x, w), [x, *w.values()], dy)

    def forward():
        with torch.no_grad():
            return function(x, w)
    return forward


def matmul_case(n, device):
    a, b, c = (torch.randn(n, n, device=device) for _ in range(3))
    return lambda: torch.mm(a, b, out=c)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", help="cuda, cuda:1, or cpu for a rehearsal")
    parser.add_argument("--output", required=True, help="the CSV file to write")
    parser.add_argument("--seconds", type=float, default=1.5, help="how long to repeat each case")
    parser.add_argument("cases", nargs="+", metavar="CASE",
                        help="BLOCK:N:C:D:PASS or matmul:N, for example latentgnn:262144:64:100:both")
    options = parser.parse_args()
    device = torch.device(options.device)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.manual_seed(1)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    with open(options.output, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["block", "positions", "channels", "latent", "pass", "medianNanos", "minNanos", "runs",
                      "peakBytes", "device", "torch", "date", "message"])
        for case in options.cases:
            block, n, *rest = case.split(":")
            channels, latent, run = rest if rest else ("0", "0", "forward")
            key = [block, n, channels, latent, run]
            facts = [name, torch.__version__, datetime.datetime.now(datetime.timezone.utc).isoformat("T", "minutes")]
            try:
                work = (matmul_case(int(n), device) if block == "matmul" else
                        block_case(block, int(n), int(channels), int(latent), run == "both", device))
                walls, peak = timed(work, device, options.seconds)
                out.writerow([*key, int(statistics.median(walls)), min(walls), len(walls), peak, *facts, ""])
            except torch.cuda.OutOfMemoryError as e:
                out.writerow([*key, -1, -1, 0, -1, *facts, "out of memory: " + str(e).splitlines()[0]])
            file.flush()
            print(case, "done", flush=True)


if __name__ == "__main__":
    main()
