"""Fetches addresses with tqdm's bars, in the ways programs do. Debian's python3-tqdm."""

import argparse
import os
import threading
import urllib.request

from tqdm import tqdm

options = argparse.ArgumentParser()
options.add_argument("--unit", default="B")
options.add_argument("--divisor", type=int, default=1000)
options.add_argument("--parallel", action="store_true")
options.add_argument("--fail", action="store_true")
options.add_argument("urls", nargs="+")
given = options.parse_args()


def fetch(url, position=None):
    name = os.path.basename(url)
    with urllib.request.urlopen(url) as answer, open(name, "wb") as file:
        total = answer.headers.get("Content-Length")
        with tqdm(
            desc=name,
            total=None if total is None else int(total),
            unit=given.unit,
            unit_scale=True,
            unit_divisor=given.divisor,
            position=position,
        ) as bar:
            while chunk := answer.read(65536):
                file.write(chunk)
                bar.update(len(chunk))


if given.parallel:
    threads = [threading.Thread(target=fetch, args=(url, at)) for at, url in enumerate(given.urls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
else:
    for url in given.urls:
        fetch(url)
