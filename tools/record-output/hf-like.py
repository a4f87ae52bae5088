"""
Draws the bars of `huggingface-cli download` (huggingface_hub 0.36) with the same calls of tqdm: package indexes do not offer
that version everywhere. Every file has a bar of its own beside `Fetching N files`; names longer than 40 are cut at the front.
"""

import sys
import threading
import time

from tqdm.auto import tqdm
from tqdm.contrib.concurrent import thread_map

FILES = {
    "config.json": 700,
    "model-00001-of-00002.safetensors": 30_000_000,
    "model-00002-of-00002.safetensors": 24_000_000,
    "text_encoder/umt5_xxl_fp8_e4m3fn_scaled_with_a_long_name.safetensors": 12_000_000,
}
STEP = 5_000_000


def fetch(name):
    size = FILES[name]
    shown = name if len(name) <= 40 else f"(…){name[-40:]}"
    with tqdm(unit="B", unit_scale=True, total=size, initial=0, desc=shown) as bar:
        done = 0
        while done < size:
            step = min(STEP, size - done)
            time.sleep(0.4)
            done += step
            bar.update(step)


if len(sys.argv) > 1:
    fetch(sys.argv[1])
else:
    tqdm.set_lock(threading.RLock())
    thread_map(fetch, list(FILES), desc=f"Fetching {len(FILES)} files", max_workers=8, tqdm_class=tqdm)
print("/root/.cache/huggingface/hub/models--org--repo/snapshots/aaaa")
