"""The local authority, made once, and the certificate of the gateways, renewed in time.

Only the owner of the gateways imports this: it needs ``cryptography``. Python 3.13 and later verify strictly,
hence the key identifiers. https://www.rfc-editor.org/rfc/rfc5280
"""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .. import private

AUTHORITY = timedelta(days=3650)
#: The longest that browsers and libraries accept of a server.
SERVER = timedelta(days=397)
#: Renewed when less than this is left.
RENEWAL = timedelta(days=30)


class Certificates(NamedTuple):
    """Files, PEM.

    :param ca: of the authority: what clients trust.
    :param certificate: of the server.
    :param key: its private key.
    """

    ca: Path
    certificate: Path
    key: Path


def certificates(folder: Path, *, names: Sequence[str] = (), now: datetime | None = None) -> Certificates:
    """The certificates in a folder, made or renewed as need be. The authority stays, so clients can keep it.

    :param folder: made if need be.
    :param names: to announce besides ``localhost``, 127.0.0.1 and ::1.
    :param now: Default: the clock.
    :raises OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = now or datetime.now(UTC)
    files = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    ca_key_file = folder / "ca.key"
    authority = _read_pair(files.ca, ca_key_file, now)
    if authority is None:
        authority = _make_authority(now)
        _write_pair(files.ca, ca_key_file, *authority)
    if not _serves(files, authority[0], names, now):
        _write_pair(files.certificate, files.key, *_make_server(*authority, names, now))
    return files


Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def _read_pair(certificate: Path, key_file: Path, now: datetime) -> Pair | None:
    """A certificate and its key; ``None`` where either is missing or damaged, or the time isn't the certificate's."""
    try:
        found = x509.load_pem_x509_certificate(private.read(certificate) or b"")
        key = serialization.load_pem_private_key(private.read(key_file) or b"", None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or found.public_key() != key.public_key():
        return None
    return (found, key) if found.not_valid_before_utc <= now < found.not_valid_after_utc else None


def _serves(files: Certificates, ca: x509.Certificate, names: Sequence[str], now: datetime) -> bool:
    """Whether the server's certificate is there, whole and the authority's, lasts, and has every name."""
    pair = _read_pair(files.certificate, files.key, now)
    if pair is None:
        return False
    try:
        pair[0].verify_directly_issued_by(ca)
        has = pair[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    lasts = pair[0].not_valid_after_utc - now > RENEWAL
    return lasts and set(names) <= set(has.get_values_for_type(x509.DNSName))


def _make_authority(now: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("cdk-elasticache local authority")
    builder = (
        _builder(name, name, key, now, AUTHORITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=False), critical=True)
    )
    return builder.sign(key, hashes.SHA256()), key


def _make_server(
    ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, names: Sequence[str], now: datetime
) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    places = [x509.IPAddress(ipaddress.ip_address(place)) for place in ("127.0.0.1", "::1")]
    hosts = [x509.DNSName(name) for name in dict.fromkeys(("localhost", *names))]
    issuer = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        _builder(_name("localhost"), ca.subject, key, now, SERVER)
        .add_extension(x509.SubjectAlternativeName([*hosts, *places]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
    )
    return builder.sign(ca_key, hashes.SHA256()), key


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    yesterday = now - timedelta(days=1)  # clocks differ
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(yesterday)
        .not_valid_after(yesterday + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    """A server signs handshakes; an authority certificates and lists of them."""
    return x509.KeyUsage(
        digital_signature=signs,
        key_cert_sign=not signs,
        crl_sign=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_pair(
    certificate: Path, key_file: Path, made: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> None:
    """The key first, and each at once: a kill in between leaves nothing half written."""
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    private.write(key_file, secret)
    private.write(certificate, made.public_bytes(serialization.Encoding.PEM))
