"""Session rules and the one place where a refusal becomes a page."""


class SessionRulesMiddleware:
    """Builds request.actor; ends idle office sessions; leads to the password change where it is due."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


class DomainErrorMiddleware:
    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)
