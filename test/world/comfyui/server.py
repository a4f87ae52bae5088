"""ComfyUI's server as far as a custom route sees it: it remembers which function answers what."""


class Routes:
    def __init__(self):
        self.handlers = {}

    def _add(self, method, path):
        def keep(handler):
            self.handlers[method, path] = handler
            return handler

        return keep

    def get(self, path):
        return self._add("GET", path)

    def post(self, path):
        return self._add("POST", path)


class PromptServer:
    instance = None

    def __init__(self):
        self.routes = Routes()


PromptServer.instance = PromptServer()
