"""Sends models that are missing in ComfyUI to Haulyard: three routes, no nodes.

Put this folder into ComfyUI/custom_nodes, say where Haulyard is, and start ComfyUI again:

    HAULYARD_URL    http://127.0.0.1:8866 if it is not set
    HAULYARD_TOKEN  its token, or an API key with the role operate; none on the same machine

    POST /haulyard/models     {"url": …, "directory": "loras", "name": …, "sha256": …}   one file
    POST /haulyard/workflow   a workflow as ComfyUI saves it: all it lacks
    GET  /haulyard/jobs/ID    how far it is

Haulyard's answers come through as they are, status and all. See docs/comfyui.md of Haulyard.
"""

import asyncio
import json
import os
import re
import urllib.error
import urllib.request

import folder_paths
from aiohttp import web
from server import PromptServer

# ComfyUI looks for nodes in every folder of custom_nodes.
NODE_CLASS_MAPPINGS = {}
__all__ = ["NODE_CLASS_MAPPINGS"]

BASE_URL = os.environ.get("HAULYARD_URL", "http://127.0.0.1:8866").rstrip("/")
TOKEN = os.environ.get("HAULYARD_TOKEN", "")

# Seconds. Before Haulyard queues a repo or a workflow it asks the servers in question.
TIMEOUT = 60
# Bytes. The answer to a workflow of a thousand models is a tenth of it.
MAX_ANSWER = 16 * 1024 * 1024

routes = PromptServer.instance.routes


@routes.post("/haulyard/models")
async def send_model(request):
    asked = await read_json(request)
    if isinstance(asked, web.Response):
        return asked
    unknown = sorted(set(asked) - {"url", "directory", "name", "sha256"})
    if unknown:
        return refuse(400, "bad_request", f"There is no field {unknown[0]!r}.", unknown[0])
    for field in ("url", "directory"):
        if not isinstance(asked.get(field), str) or asked[field] == "":
            return refuse(400, "bad_request", f"{field!r} must be text.", field)
    name = asked.get("name") or ""
    if not isinstance(name, str) or not is_inside(name):
        return refuse(400, "bad_request", "'name' must be a file below the directory.", "name")
    folder = model_folder(asked["directory"])
    if folder is None:
        message = f"ComfyUI has no folder of models called {asked['directory']!r}."
        return refuse(400, "bad_request", message, "directory")
    # With a slash at the end Haulyard takes the name that the file's own server gives it.
    job = {"source": asked["url"], "path": f"{folder}/{name}"}
    if asked.get("sha256"):
        job["sha256"] = asked["sha256"]
    return await ask("POST", "/jobs", job)


@routes.post("/haulyard/workflow")
async def send_workflow(request):
    workflow = await read_json(request)
    if isinstance(workflow, web.Response):
        return workflow
    return await ask("POST", "/jobs", {"source": json.dumps(workflow)})


@routes.get("/haulyard/jobs/{id}")
async def see_job(request):
    job = request.match_info["id"]
    # It becomes a part of an address.
    if not re.fullmatch(r"[0-9A-Fa-f-]{36}", job):
        return refuse(404, "not_found", "That is no id of a job.", "id")
    return await ask("GET", f"/jobs/{job}")


def model_folder(kind):
    """Where ComfyUI looks first for models of a kind, extra_model_paths.yaml included; None for no kind."""
    try:
        folders = folder_paths.get_folder_paths(kind)
    except KeyError:
        return None
    return os.path.abspath(folders[0]) if folders else None


def is_inside(name):
    """Haulyard refuses what leads out of its folders; this keeps a name in the folder that was asked for."""
    return not name.startswith("/") and "\\" not in name and ".." not in name.split("/")


async def read_json(request):
    """The body, an object; or the answer that refuses it.

    ComfyUI knows no logins, and any page that is open in a browser can send a form to it. It cannot send JSON
    to another origin without asking first, which ComfyUI does not answer, and browsers say where they come from.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return refuse(403, "origin_refused", "Requests from pages of another origin are refused.")
    if request.content_type != "application/json":
        return refuse(415, "unsupported_media_type", "Send JSON, as application/json.")
    try:
        body = await request.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else refuse(400, "bad_request", "The body must be a JSON object.")


async def ask(method, path, body=None):
    # urllib waits; ComfyUI's loop must not.
    status, answer = await asyncio.to_thread(send, method, path, body)
    return web.json_response(answer, status=status)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """urllib would take the token along to whatever address it is sent to."""

    def redirect_request(self, *_):
        return None


# No proxy: it is on this machine or near it.
opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))


def send(method, path, body):
    headers = {"Accept": "application/json"}
    if TOKEN:
        headers["Authorization"] = f"Bearer {TOKEN}"
    data = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode()
    request = urllib.request.Request(BASE_URL + path, data=data, headers=headers, method=method)
    try:
        try:
            answer = opener.open(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as refusal:
            # Its refusals are answers, too: they say what is wrong.
            answer = refusal
        with answer:
            text = answer.read(MAX_ANSWER + 1)
            if len(text) > MAX_ANSWER:
                return failure(502, "bad_answer", "Haulyard's answer is too long.")
            return answer.status, json.loads(text)
    except ValueError:
        return failure(502, "bad_answer", f"Something else than Haulyard answers at {BASE_URL}.")
    except OSError as error:
        why = getattr(error, "reason", error)
        return failure(502, "unreachable", f"No Haulyard answers at {BASE_URL} ({why}).")


def failure(status, code, message, field=None):
    """In the shape of Haulyard's own."""
    answer = {"success": False, "code": code, "message": message}
    return status, answer if field is None else {**answer, "field": field}


def refuse(status, code, message, field=None):
    status, answer = failure(status, code, message, field)
    return web.json_response(answer, status=status)
