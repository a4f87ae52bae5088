"""ComfyUI's folders of models: a KeyError for a kind there is none of, as in its own."""

import os


def get_folder_paths(kind):
    return {"loras": [os.path.join(os.environ["MODELS"], "loras")], "empty": []}[kind]
