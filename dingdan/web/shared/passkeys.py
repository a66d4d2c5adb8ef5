"""Forms for what a browser says of a passkey.

Strangers make it up, and the library stumbles over it in many ways: what cannot be read is a wrong passkey, and no fault of ours.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms
from django.db import DatabaseError
from django.forms.utils import ErrorDict

from dingdan.web.shared.reading import read_json

log = logging.getLogger(__name__)
LONGEST: Final = 50_000


class _Careful:
    """A form with a `credential`, which is looked at before the library does."""

    data: Any

    def full_clean(self) -> None:
        """Clean it; what cannot be read is an error of the form."""
        try:
            if self.is_bound:  # type: ignore[attr-defined]
                _look_at(self.data.get("credential", ""))
            super().full_clean()  # type: ignore[misc]
        except DatabaseError:
            raise
        except Exception as fault:  # noqa: BLE001 (see above)
            log.info("a passkey that cannot be read: %r", fault)
            self.data = self.data.copy()
            self.data["credential"] = ""  # a page that shows the form again would read it again
            self._errors, self.cleaned_data = ErrorDict(), dict[str, Any]()
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))  # type: ignore[attr-defined]


def _look_at(said: str) -> None:
    if len(said) > LONGEST or not isinstance(read_json(said.encode()), dict):
        raise ValueError("no object in JSON, or a longer one than a browser makes")


class AddPasskey(_Careful, forms.AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that is new."""


class SignInWithPasskey(_Careful, forms.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey that says by itself whose it is."""


class ConfirmWithPasskey(_Careful, forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey beside a password."""


class AskAgainForPasskey(_Careful, forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey of somebody who is signed in."""
