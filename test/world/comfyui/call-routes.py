"""Loads the custom route as ComfyUI does, by the path of its folder, and calls it: requests as lines of JSON, answers too."""

import asyncio
import importlib.util
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
spec = importlib.util.spec_from_file_location("haulyard_node", os.path.join(sys.argv[1], "__init__.py"))
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)

from server import PromptServer  # noqa: E402


class Request:
    def __init__(self, headers, text, match_info):
        self.headers = {"Content-Type": "application/json", **headers}
        self.content_type = self.headers["Content-Type"].split(";")[0]
        self.match_info = match_info
        self.text = text

    async def json(self):
        return json.loads(self.text)


async def call(method, path, headers=None, text=""):
    for (known, pattern), handler in PromptServer.instance.routes.handlers.items():
        match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern), path)
        if known == method and match:
            answer = await handler(Request(headers or {}, text, match.groupdict()))
            return {"status": answer.status, "body": answer.body}
    return {"status": 404, "body": None}


for line in sys.stdin:
    print(json.dumps(asyncio.run(call(**json.loads(line)))), flush=True)
