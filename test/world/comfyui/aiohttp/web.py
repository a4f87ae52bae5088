class Response:
    def __init__(self, body, status):
        self.body = body
        self.status = status


def json_response(data, *, status=200):
    return Response(data, status)
