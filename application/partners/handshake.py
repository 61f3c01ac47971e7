"""The calls that both directions of the credentials handshake make at the other side.

OCPI 2.3.0, credentials. Configuration modules carry no routing headers
(R-2).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from application.modules import USED
from domain import errors
from domain.documents import Document, JsonValue, as_document
from domain.journal.legs import CONNECTING, Errand, Purpose
from domain.partners import registration
from domain.partners.party import Endpoint
from domain.partners.registration import Credentials, OfferedVersion
from domain.ports import Ids, Json, Schemas, Wire, WireAnswer, WireRequest
from domain.routing.outbound_urls import as_given
from domain.validation import Mode

CALL_DEADLINE_S = 10.0
SPOKEN: Sequence[str] = ("2.3.0",)
"""The versions that the hub speaks, highest first."""


def connecting(partner_id: str) -> Errand:
    """What a handshake with this partner is for."""
    return Errand(Purpose.CONNECTED, partner_id)


@dataclass(frozen=True)
class Handshake:
    """Reads another platform's versions and details, and exchanges credentials with it."""

    wire: Wire
    json: Json
    schemas: Schemas
    ids: Ids

    def offered(
        self, url: str, token: str, errand: Errand = CONNECTING
    ) -> tuple[OfferedVersion, ...]:
        """The versions that the platform offers; what is no version and URL is passed over.

        :raises PartnerUnusable: if the call fails in any way (3001).
        """
        lines = _entries(self._get_checked("versions", url, token, errand))
        return registration.read_versions(
            [each for each in lines if self._is_sound("version", each)]
        )

    def endpoints(
        self, version: OfferedVersion, token: str, errand: Errand = CONNECTING
    ) -> tuple[Endpoint, ...]:
        """The endpoints of one version; flawed ones have a fault.

        :raises PartnerUnusable: if the call fails in any way (3001).
        """
        details = as_document(self._get_checked("version_details", version.url, token, errand))
        if str(details["version"]) != version.version:
            raise errors.PartnerUnusable(f"the details at its {version.version} url are of another")
        return tuple(self._endpoint(line) for line in _entries(details["endpoints"]))

    def look_up(
        self, theirs: Credentials, *, token: str, version: str, errand: Errand = CONNECTING
    ) -> tuple[Endpoint, ...]:
        """The endpoints of exactly this version, checked to be of use to the roles they name.

        :raises PartnerUnusable: 3001. :raises UnsupportedVersion: 3002.
        :raises NoMatchingEndpoints: 3003.
        """
        chosen = registration.choose_version(self.offered(theirs.url, token, errand), (version,))
        endpoints = self.endpoints(chosen, token, errand)
        registration.check_endpoints(endpoints, theirs.roles, useful=USED)
        return endpoints

    def send(
        self,
        method: str,
        url: str,
        token: str,
        document: Document | None,
        errand: Errand = CONNECTING,
    ) -> WireAnswer:
        """POST, PUT or DELETE at the platform's credentials endpoint.

        :raises OutboundFailed: if no answer came.
        """
        body = None if document is None else self.json.dump(document)
        request = WireRequest(
            method=method,
            url=as_given(url),
            token=token,
            correlation_id=self.ids.new(),
            body=body,
            errand=errand._replace(module="credentials"),
        )
        return self.wire.ask(request, deadline_s=3 * CALL_DEADLINE_S)

    def credentials_in(self, method: str, answer: WireAnswer) -> Credentials:
        """The credentials that the platform has answered POST or PUT with.

        :raises RegistrationRefused: if it refused. :raises PartnerUnusable: if they are not valid.
        """
        if answer.status not in (200, 201) or answer.code != 1000:
            raise errors.RegistrationRefused(_refusal(method, answer))
        try:
            self.schemas.check("credentials", answer.data, Mode.REMARK)
        except errors.InvalidDocument as invalid:
            raise errors.PartnerUnusable(f"its credentials are not valid: {invalid}") from invalid
        return Credentials.of(as_document(answer.data))

    def _is_sound(self, kind: str, line: JsonValue) -> bool:
        try:
            self.schemas.check(kind, line)
        except errors.InvalidDocument:
            return False
        return True

    def _endpoint(self, line: JsonValue) -> Endpoint:
        """The endpoint; one that cannot be used is left out by its fault, and the others hold."""
        try:
            self.schemas.check("endpoint", line)
            endpoint = registration.read_endpoint(as_document(line))
            as_given(endpoint.url)
        except (errors.InvalidDocument, errors.UnsafeUrl) as wrong:
            return registration.flawed_endpoint(line, str(wrong))
        return endpoint

    def _get_checked(self, kind: str, url: str, token: str, errand: Errand) -> JsonValue:
        try:
            errand = errand._replace(module="versions")
            request = WireRequest("GET", as_given(url), token, self.ids.new(), errand=errand)
            answer = self.wire.ask(request, deadline_s=CALL_DEADLINE_S)
        except errors.OutboundFailed as failure:
            raise errors.PartnerUnusable(f"GET of its {kind} failed: {failure}") from failure
        if answer.status != 200 or answer.code != 1000:
            said = f"HTTP {answer.status}, status_code {answer.code}"
            raise errors.PartnerUnusable(f"GET of its {kind} was answered {said}")
        try:
            self.schemas.check(kind, answer.data)
        except errors.InvalidDocument as invalid:
            raise errors.PartnerUnusable(f"its {kind} are not valid: {invalid}") from invalid
        return answer.data


def _refusal(method: str, answer: WireAnswer) -> str:
    if answer.status == 405 and method == "POST":
        return "POST credentials was answered 405: the partner believes that the hub is registered"
    said = f"HTTP {answer.status}, status_code {answer.code}"
    return f"{method} credentials was answered {said}: {answer.message[:200]}"


def _entries(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
