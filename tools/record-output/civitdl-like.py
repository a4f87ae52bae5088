"""
Prints what civitdl 2.1.1 prints, with the same calls of tqdm and the same writes to stdout and stderr: Debian does not
have it. No network, no files. See the README of the corpus.
"""

import argparse
import sys
import time

from tqdm import tqdm

options = argparse.ArgumentParser()
options.add_argument("--name", action="append", default=[])
options.add_argument("--size", type=float, default=5e6)
options.add_argument("--images", type=int, default=3)
options.add_argument("--stop-at", type=float, help="bytes after which the server closes the connection")
options.add_argument("--error", choices=["404", "401", "early", "full", "input", "network", "resources"])
options.add_argument("--errors", type=int, default=4, help="tries that fail before one does not")
options.add_argument("--exists", action="store_true")
given = options.parse_args()

RETRIES = 3
COLORS = {"primary": 34, "secondary": 35, "success": 32, "warning": 33, "info": 36, "exception": 31}
turn = 0


def paint(text, color, bold=False):
    global turn
    if color == "main":
        color = ("primary", "secondary")[turn % 2]
        turn += 1
    return ("\033[1m" if bold else "") + f"\033[{COLORS[color]}m" + text + "\033[0m"


def print_lines(text):
    for line in text.split("\n"):
        print(line)


def exception(kind, about, message):
    head = paint(f"\n{kind} ({about}):", "exception", bold=True)
    print(head + paint(f"\n         {message}", "exception"), "\n", file=sys.stderr)


def bar(total, title):
    return tqdm(total=total, desc=title, unit="iB", unit_scale=True, file=sys.stdout)


def fail():
    if given.error == "404":
        exception("APIException", "API Status Code 404", 'Downloading metadata from CivitAI for "404" failed')
    elif given.error == "401":
        exception("InputException", "Bad Inputs", "Unable to download this model as it requires a valid API Key.")
    elif given.error == "early":
        print(paint("Model is behind CivitAI's early access restriction (i.e have to wait a few days).", "warning"))
        exception("APIException", "API Status Code 403", "Downloading model from CivitAI failed for model id, 1")
    elif given.error == "input":
        exception("InputException", "Bad Inputs", "Incorrect format sent: not-a-model")
    elif given.error == "resources":
        exception("ResourcesException", "Resources Not Found", "No version metadata was found from model id, 1")
    elif given.error == "full":
        print(paint("[Errno 28] No space left on device", "exception"), "\n", file=sys.stderr)
    elif given.error == "network":
        reason = "(Caused by NameResolutionError(\"Failed to resolve 'civitai.com' ([Errno -2] Name or service not known)\"))"
        text = "HTTPSConnectionPool(host='civitai.com', port=443): Max retries exceeded with url: /api/v1/models/1 "
        print(paint(text + reason, "exception"), "\n", file=sys.stderr)


def fetch(name, failing):
    if failing and given.error in ("404", "input", "network", "resources"):
        fail()
        return False
    print_lines(
        paint(
            f'Now downloading "{name}"...\n                - Model ID: 1678575\n                - Version ID: 1900322\n',
            "main",
        )
    )
    if failing and given.error != "full":
        fail()
        return False
    pictures = bar(given.images, "Images")
    for _ in range(given.images):
        time.sleep(0.15)
        pictures.update(1)
    pictures.close()
    model = bar(given.size, "Model")
    if given.exists:
        model.close()
        print(paint('File already exists at "/workspace/ComfyUI/models/loras/x.safetensors"', "info"))
    else:
        done = 0
        end = given.size or 3e6
        if failing:
            end = end / 2
        elif given.stop_at is not None:
            end = given.stop_at
        while done < end:
            step = int(min(262144, end - done))
            time.sleep(0.1)
            done += step
            model.update(step)
        if failing:
            print("Existance: ", "/tmp/.tmp", "/tmp/.tmp/x", True, file=sys.stderr)
            fail()
            return False
        model.close()
    print_lines(
        paint(
            f'\nDownload completed for "{name}"\n                - Model ID: 1678575\n'
            "                - Version ID: 1900322\n                - Model Directory Path: /workspace/models/loras\n",
            "success",
        )
    )
    print("---------------------------\n")
    return True


for name in given.name or ["Wan2.1 FusionX"]:
    failures = 0
    while True:
        failing = given.error is not None and failures < given.errors
        if fetch(name, failing):
            break
        print("---------")
        print("---------")
        if failures < RETRIES:
            print(paint("Retrying to download the current model...", "info"))
            failures += 1
        else:
            print(paint(f"Max retry of {RETRIES} reached. Skipping the current model...", "info"))
            break
