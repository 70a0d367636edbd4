"""The Content-Security-Policy header of SECURE_CSP, in Django 6's own form.

On Django 6 delete this module and name
`django.middleware.csp.ContentSecurityPolicyMiddleware` in MIDDLEWARE instead.
"""

from django.conf import settings


def content_security_policy(get_response):
    policy = "; ".join(
        f"{directive} {' '.join(sources)}"
        for directive, sources in settings.SECURE_CSP.items()
    )

    def middleware(request):
        response = get_response(request)
        # Django's debugging pages are styled inline.
        if not (settings.DEBUG and response.status_code in {404, 500}):
            response.headers["Content-Security-Policy"] = policy
        return response

    return middleware
