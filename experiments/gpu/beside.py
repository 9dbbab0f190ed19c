#!/usr/bin/env python3
"""Farsight's sweeps on a GPU beside PyTorch's rows of the same cases: a Markdown table.

usage: beside.py FOLDER   (as `run` left it: pytorch.csv, matmul.csv, and a folder for each sweep)
"""
import csv
import pathlib
import sys


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def ms(nanos):
    return f"{nanos / 1e6:.3g}" if nanos > 0 else "–"


def mb(size):
    return f"{size / 1e6:,.0f}" if size >= 0 else "–"


def key(row):
    return row["block"], int(row["positions"]), int(row["channels"]), int(row["latent"]), row["pass"]


def main():
    folder = pathlib.Path(sys.argv[1])
    peers = {key(r): r for r in read(folder / "pytorch.csv")}
    print("Minima of wall time in ms; memory in MB. `kernels` is the device's own clock, median; `used` the growth of"
          " nvidia-smi's figure over the sweep that the case belongs to.\n")
    print("| case | pass | Farsight | kernels | PyTorch | times as fast | arrays | used | PyTorch's peak |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|")
    for points in sorted(folder.glob("*/points.csv")):
        used = points.with_name("used-mib.txt")
        grown = int(used.read_text()) * 2 ** 20 if used.exists() else -1
        for row in read(points):
            peer = peers.get(key(row))
            case = f"{row['block']}, N = {int(row['positions']):,}, C = {row['channels']}"
            case += f", d = {row['latent']}" if row["latent"] != "0" else ""
            if row["status"] != "ok":
                print(f"| {case} | {row['pass']} | {row['status']}: {row['message']} | | | | | | |")
                continue
            own, other = int(row["minNanos"]), int(peer["minNanos"]) if peer else -1
            ratio = f"{other / own:.2f}" if other > 0 else "–"
            print(f"| {case} | {row['pass']} | {ms(own)} | {ms(int(row['kernelNanos']))} | {ms(other)} | {ratio} |"
                  f" {mb(int(row['measuredBytes']))} | {mb(grown)} | {mb(int(peer['peakBytes']) if peer else -1)} |")
    matmul(folder, peers)


def matmul(folder, peers):
    """Farsight's product from its benchmark's rows."""
    file = folder / "matmul.csv"
    for row in read(file) if file.exists() else []:
        if row["name"] != "matmul-large":
            continue
        peer = next((p for k, p in peers.items() if k[0] == "matmul"), None)
        own, other = float(row["min_ms"]) * 1e6, int(peer["minNanos"]) if peer else -1
        ratio = f"{other / own:.2f}" if other > 0 else "–"
        print(f"| {row['sizes']} | forward | {ms(own)} | | {ms(other)} | {ratio} | | | |")


if __name__ == "__main__":
    main()
