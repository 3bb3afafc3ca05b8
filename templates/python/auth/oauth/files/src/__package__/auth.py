"""Who may use the server over HTTP: whoever brings an access token that AUTH_ISSUER has made for it (RFC 9068)."""

import logging
import math
import time
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx2
import jwt
from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.auth.settings import AuthSettings

from .config import config

# Validated, since an address that is made by itself gets a slash at its end.
auth_settings = AuthSettings.model_validate(
    {
        "issuer_url": config.auth_issuer,
        "resource_server_url": config.public_url,
        "required_scopes": config.auth_scopes.split(),
        "validate_token_resource": False,  # the verifier compares the audience
    }
)


class Verifier(TokenVerifier):
    """Checks JWTs with the public keys of the issuer."""

    def __init__(self) -> None:
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._asked = -math.inf
        self._turn = anyio.Lock()

    async def verify_token(self, token: str) -> AccessToken | None:
        """Whom a token is of; None if it does not count here."""
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid"))
            claims = jwt.decode(
                token,
                key,
                audience=config.auth_audience or config.public_url,
                issuer=config.auth_issuer,
                options={"require": ["exp"]},
            )
        except jwt.InvalidTokenError:
            return None
        except (OSError, ValueError, LookupError, TypeError, jwt.PyJWTError, httpx2.HTTPError) as error:
            logging.getLogger(__name__).error("no token can be checked: %s", error)
            return None
        scopes: Any = claims.get("scope") or claims.get("scp") or ""
        return AccessToken(
            token=token,
            client_id=str(claims.get("client_id") or claims.get("azp") or ""),
            scopes=scopes.split() if isinstance(scopes, str) else list(scopes),
            expires_at=int(claims["exp"]),
            subject=claims.get("sub"),
            claims=claims,
        )

    async def _key(self, kid: str | None) -> jwt.PyJWK:
        # Keys change now and then; but anybody may send tokens that name unknown ones, as often as they like.
        def is_old() -> bool:
            return time.monotonic() - self._asked > (600 if kid in self._keys else 10)

        if is_old():
            async with self._turn:
                if is_old():
                    self._asked = time.monotonic()
                    self._keys = await issuer_keys()
        if kid not in self._keys:
            raise jwt.InvalidTokenError
        return self._keys[kid]


async def issuer_keys() -> dict[str | None, jwt.PyJWK]:
    """The keys by id: RFC 8414, or OpenID Connect Discovery, says where they are."""
    issuer = urlsplit(config.auth_issuer)
    origin, path = f"{issuer.scheme}://{issuer.netloc}", issuer.path.rstrip("/")
    oauth = f"{origin}/.well-known/oauth-authorization-server{path}"
    async with httpx2.AsyncClient(trust_env=False, timeout=5) as client:
        for url in (oauth, f"{origin}{path}/.well-known/openid-configuration"):
            response = await client.get(url)
            if not response.is_success:
                continue
            about = response.json()
            if about["issuer"] != config.auth_issuer:
                raise ValueError(f"AUTH_ISSUER must be {about['issuer']}, as {url} has it.")
            keys = (await client.get(about["jwks_uri"])).raise_for_status().json()
            return {key.key_id: key for key in jwt.PyJWKSet.from_dict(keys).keys}
    raise ValueError(f"{config.auth_issuer} (AUTH_ISSUER) says nothing of itself at {oauth}, nor by OpenID Connect.")
