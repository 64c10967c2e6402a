"""Whom the engine may fetch from and call back beside the public internet."""

from django.conf import settings

from suno_web import outgoing


def allowed(url: str) -> set[str]:
    """Hosts that may have a private address: the studio's own, and any the operator allows.

    url: the address that is about to be asked. Raises outgoing.ForbiddenAddress when it is none.
    """
    own = {outgoing.host_of(one) for one in (settings.LOCAL_URL, settings.BASE_URL, settings.ENGINE_URL)}
    return own | {outgoing.host_of(url)} if settings.PRIVATE_ADDRESSES else own
